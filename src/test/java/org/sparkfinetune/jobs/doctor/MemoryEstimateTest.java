package org.sparkfinetune.jobs.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.cluster.Finding;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Recipe;

class MemoryEstimateTest {
    private static final String RECIPE = """
            kind: finetune
            dataset: d
            model: resnet50
            output: o
            freezeUpTo: %s
            training: {batchSizePerWorker: 8, workers: 2, updater: adam}
            """;

    private static SparkConf conf(String overhead, String limit) {
        return new SparkConf(false)
                .set("spark.master", "yarn")
                .set("spark.executor.cores", "1")
                .set("spark.executor.instances", "2")
                .set("spark.executor.memory", "2g")
                .set("spark.executor.memoryOverhead", overhead)
                .set("spark.executor.extraJavaOptions", "-Dorg.bytedeco.javacpp.maxphysicalbytes=" + limit);
    }

    private static Finding finding(String freezePoint, SparkConf conf) {
        Recipe recipe = Jobs.read(YamlFile.parse("r.yaml", RECIPE.formatted(freezePoint)));
        return MemoryEstimate.of(Optional.of(recipe), conf, false).get(0);
    }

    private static long needed(String freezePoint) {
        String found = finding(freezePoint, conf("100g", "0")).found();
        assertThat(found).startsWith("an executor takes about ").endsWith("(resnet50), and may take 102400");
        return Long.parseLong(found.split(" ", -1)[4]);
    }

    @Test
    void theMoreIsTrainedTheMoreIsPlanned() {
        assertThat(needed("head")).isEqualTo(needed("avgpool")).isLessThan(needed("res5a_branch"));
        assertThat(needed("all-but-1")).isLessThanOrEqualTo(needed("res5a_branch"));
        assertThat(needed("res5a_branch")).isLessThan(needed("none"));
    }

    @Test
    void tooLittleIsToldWithTheSettingThatMendsIt() {
        long needed = needed("none");
        Finding tight = finding("none", conf("384m", "0"));
        assertThat(tight.found())
                .isEqualTo("an executor takes about " + needed
                        + " MiB outside of Java's heap (resnet50), and may take 384");
        long wanted = (needed + 99) / 100 * 100;
        assertThat(tight.fix())
                .isEqualTo("set spark.executor.memoryOverhead to " + (wanted + 400)
                        + "m in the profile, and -Dorg.bytedeco.javacpp.maxphysicalbytes in"
                        + " spark.executor.extraJavaOptions to " + (2048 + wanted) + "m");
        assertThat(finding("none", conf(wanted + 400 + "m", 2048 + wanted + "m"))
                        .isWrong())
                .isFalse();
        assertThat(finding("none", conf(needed - 1 + "m", "0")).isWrong()).isTrue();
        assertThat(finding("none", conf("100g", 2047 + needed + "m")).isWrong()).isTrue();
    }

    @Test
    void nativesAreLimitedByTheHeapWhereNothingElseIsSaid() {
        assertThat(finding("none", conf("100g", "0").remove("spark.executor.extraJavaOptions"))
                        .found())
                .endsWith(", and may take 6144");
    }

    @Test
    void withoutASettingSparkGivesATenthOfTheHeap() {
        SparkConf conf = new SparkConf(false).set("spark.executor.memory", "2g");
        assertThat(MemoryEstimate.overhead(conf)).isEqualTo(384);
        assertThat(MemoryEstimate.overhead(conf.set("spark.executor.memory", "10g")))
                .isEqualTo(1024);
        assertThat(MemoryEstimate.overhead(conf.set("spark.executor.memoryOverheadFactor", "0.5")))
                .isEqualTo(5120);
        assertThat(MemoryEstimate.overhead(conf.set("spark.executor.memoryOverhead", "7g")))
                .isEqualTo(7168);
    }
}
