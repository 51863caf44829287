package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;

class GpuProfileTest {
    private static final Map<String, String> CLUSTER = Map.of(
            "spark.master", "spark://host:7077",
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "0.25");
    private static final Map<String, String> LOCAL =
            Map.of("spark.master", "local[4]", "spark.driver.resource.gpu.amount", "2");

    @Test
    void theExecutorsSettingCountsOnAClusterAndTheDriversInLocalMode() {
        assertThat(GpuProfile.setting(conf(CLUSTER))).contains("spark.executor.resource.gpu.amount");
        assertThat(GpuProfile.setting(conf(CLUSTER).set("spark.master", "local[2]")))
                .isEmpty();
        assertThat(GpuProfile.setting(conf(LOCAL))).contains("spark.driver.resource.gpu.amount");
        assertThat(GpuProfile.setting(conf(LOCAL).set("spark.master", "yarn"))).isEmpty();
        assertThat(GpuProfile.setting(conf(CLUSTER).set("spark.executor.resource.gpu.amount", "0")))
                .isEmpty();
    }

    @Test
    void aGpuProfileNeedsAJarWithCuda() {
        assertThatCode(() -> GpuProfile.require(conf(CLUSTER), true)).doesNotThrowAnyException();
        assertThatCode(() -> GpuProfile.require(new SparkConf(false), false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> GpuProfile.require(conf(CLUSTER), false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.executor.resource.gpu.amount: is 1, but this jar has no CUDA; build it with"
                        + " `mvn -B -Pcuda package`, or use a cpu profile, such as conf/local-cpu.properties");
        assertThatThrownBy(() -> GpuProfile.require(conf(LOCAL), false))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("spark.driver.resource.gpu.amount: is 2, but this jar has no CUDA;");
    }

    @Test
    void aProfileThatGivesGpusToExecutorsMustGiveThemToTasks() {
        SparkConf conf = conf(CLUSTER).remove("spark.task.resource.gpu.amount");
        assertThatThrownBy(() -> GpuProfile.require(conf, true))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "spark.task.resource.gpu.amount: is not set, so tasks get and use none of the GPUs");
    }

    @Test
    void aSparkThatFoundNoGpuOnTheDriversMachineIsExplained() {
        SparkConf conf = conf(LOCAL).set("spark.driver.resource.gpu.discoveryScript", "scripts/get-gpus");
        IllegalStateException failure = new IllegalStateException("Process List(scripts/get-gpus) exited with code 1");
        assertThatThrownBy(() -> GpuProfile.explain(conf, failure))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.driver.resource.gpu.amount: is 2, but Spark found no such GPU on this machine; run"
                        + " `scripts/get-gpus`, which reports why, or use a cpu profile, such as"
                        + " conf/local-cpu.properties")
                .hasCause(failure);
        assertThatCode(() -> GpuProfile.explain(conf, new IllegalStateException("the port is taken")))
                .doesNotThrowAnyException();
        assertThatCode(() -> GpuProfile.explain(new SparkConf(false), failure)).doesNotThrowAnyException();
    }

    private static SparkConf conf(Map<String, String> settings) {
        SparkConf conf = new SparkConf(false);
        settings.forEach(conf::set);
        return conf;
    }
}
