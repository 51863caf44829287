package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.testing.MainProcess;

@Tag("process")
@Tag("spark")
class FullHeapTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"task", "driver"})
    void theSettingToRaiseIsNamed(String where) throws IOException {
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"), "kind: shard\ninput: pictures\noutput: \"" + folder + "/out\"\n");
        MainProcess ended =
                MainProcess.run(FullHeap.class, Map.of("_JAVA_OPTIONS", "-Xmx500m"), where, "run", recipe.toString());
        assertThat(ended.errors())
                .containsExactly(
                        "spark.driver.memory: memory ran out in the driver, whose Java heap may take 500 MiB; in"
                                + " local mode all the work is done there; raise spark.driver.memory in the profile"
                                + " (conf/local-cpu.properties, or the file that --on names) and run the same"
                                + " command again: it"
                                + " resumes from the last complete part");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).doesNotContain("stopped;");
    }
}
