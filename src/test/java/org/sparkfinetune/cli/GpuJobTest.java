package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.cluster.GpuBackend;
import org.sparkfinetune.testing.MainProcess;

/** The command line under a profile with GPUs, in the build without CUDA. */
@Tag("process")
@Tag("spark")
class GpuJobTest {
    @TempDir
    private Path folder;

    @Test
    void aGpuProfileWithAJarWithoutCudaIsOneLine() throws IOException {
        assumeThat(GpuBackend.inJar()).as("built with -Pcuda").isFalse();
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                "kind: shard\ninput: " + folder + "\noutput: " + folder.resolve("out") + "\n");
        MainProcess ended = MainProcess.run(
                Map.of("JAVA_TOOL_OPTIONS", "-Dspark.driver.resource.gpu.amount=1"), "run", recipe.toString());
        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.INVALID_REQUEST.code());
        assertThat(ended.errors())
                .containsExactly("spark.driver.resource.gpu.amount: is 1, but this jar has no CUDA; build it with"
                        + " `mvn -B -Pcuda package`, or use a cpu profile, such as conf/local-cpu.properties");
        assertThat(ended.showsAStackTrace()).isFalse();
    }
}
