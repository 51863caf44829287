package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.BrittleDisk;
import org.sparkfinetune.testing.MainProcess;

/** Weights on a cluster's file system are read with the settings of the profile. */
@Tag("process")
@Tag("spark")
class CardOnStoreTest {
    @TempDir
    private Path folder;

    @Test
    void theProfileSaysWhoReadsIt() throws IOException {
        Path weights = Files.writeString(folder.resolve("weights.h5"), "these are no weights");
        Path card = Files.writeString(
                folder.resolve("card.yaml"),
                Files.readString(Path.of("model-zoo/squeezenet.yaml")).replaceAll("(?s)\nweights:.*?\n\n", "\n")
                        + "\nweights:\n  sources:\n    - url: brittle:" + weights
                        + "\n      format: keras-h5\n      unpinned: true\n");
        Path recipe = Files.writeString(
                folder.resolve("export.yaml"),
                "kind: export\nmodel: " + card + "\noutput: " + folder.resolve("out") + "\n");
        Map<String, String> environment = Map.of(
                "SPARK_FINETUNE_HOME",
                folder.resolve("home").toString(),
                "JDK_JAVA_OPTIONS",
                "-Dspark.hadoop.fs.brittle.impl=" + BrittleDisk.class.getName());
        MainProcess ended = MainProcess.run(environment, "run", recipe.toString());
        assertThat(ended.code()).as(ended.err()).isEqualTo(3);
        assertThat(ended.errors().get(0)).endsWith("-weights.h5: cannot be read as a Keras .h5 file: H5Fopen failed");
    }
}
