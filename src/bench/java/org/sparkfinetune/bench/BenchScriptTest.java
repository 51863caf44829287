package org.sparkfinetune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.testing.Script;

/** What scripts/bench says to those who mistype. */
class BenchScriptTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --cases | resnet18:none:8  | bench: --cases: "resnet18:none:8" is not MODEL:FREEZEPOINT:BATCH of resnet50 or vgg16
            --cases | vgg16:fc2        | bench: --cases: "vgg16:fc2" is not MODEL:FREEZEPOINT:BATCH of resnet50 or vgg16
            --cases | vgg16:fc2:0      | bench: --cases: "vgg16:fc2:0" is not MODEL:FREEZEPOINT:BATCH of resnet50 or vgg16
            --peers | ours tensorflow  | bench: --peers: "tensorflow" is not ours, pytorch, dl4j+onednn or dl4j
            """)
    void trainRefusesWhatItCannotMeasure(String option, String value, String message) throws Exception {
        Script bench = bench("train", option, value);
        assertThat(bench.code()).isEqualTo(2);
        assertThat(bench.log()).isEqualTo(message + "\n");
    }

    @ParameterizedTest
    @CsvSource({"train", "layers", "profile"})
    void helpIsGivenAndAnUnknownOptionIsRefused(String part) throws Exception {
        Script help = bench(part, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.log()).startsWith("Usage: scripts/bench " + part + " ");
        Script unknown = bench(part, "--warp");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.log()).isEqualTo(help.log());
    }

    @Test
    void everyPartIsListed() throws Exception {
        Script bench = bench();
        assertThat(bench.code()).isZero();
        assertThat(bench.log()).containsPattern("\n  train +\\S").containsPattern("\n  layers +\\S");
    }

    private Script bench(String... words) throws Exception {
        return Script.run(folder.resolve("log"), Map.of(), "bench", words);
    }
}
