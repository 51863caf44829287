package org.sparkfinetune.inference.engine;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.cluster.GpuBackend;

/** The GPU settings of a profile of conf/. */
public final class GpuProfile {
    static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
    static final String OF_TASK = "spark.task.resource.gpu.amount";
    static final String OF_DRIVER = "spark.driver.resource.gpu.amount";
    private static final String SCRIPT_OF_DRIVER = "spark.driver.resource.gpu.discoveryScript";

    private GpuProfile() {}

    /**
     * Returns the setting that gives a job GPUs: the driver's in local mode, the executors' on a cluster.
     *
     * @return empty for a job on the CPU
     */
    public static Optional<String> setting(SparkConf conf) {
        String key = conf.get("spark.master", "").startsWith("local") ? OF_DRIVER : OF_EXECUTOR;
        return amount(conf, key) > 0 ? Optional.of(key) : Optional.empty();
    }

    /**
     * Checks the settings before Spark is started.
     *
     * @throws InvalidRequestException when the settings request GPUs that this jar has no code for, or that no task
     *     would get
     */
    public static void require(SparkConf conf) {
        require(conf, GpuBackend.inJar());
    }

    static void require(SparkConf conf, boolean cudaInJar) {
        if (setting(conf).equals(Optional.of(OF_EXECUTOR)) && amount(conf, OF_TASK) == 0) {
            throw withoutTask();
        }
        setting(conf).filter(key -> !cudaInJar).ifPresent(key -> {
            throw new InvalidRequestException(
                    key,
                    "is " + conf.get(key)
                            + ", but this jar has no CUDA; build it with `mvn -B -Pcuda package`, or use a cpu"
                            + " profile, such as conf/local-cpu.properties");
        });
    }

    /**
     * Explains why Spark did not start.
     *
     * @throws InvalidRequestException when the driver's machine does not have the requested GPU
     */
    public static void explain(SparkConf conf, Throwable failure) {
        String script = conf.get(SCRIPT_OF_DRIVER, "");
        boolean discovering = String.valueOf(failure.getMessage()).contains(script.isEmpty() ? "gpu" : script);
        if (amount(conf, OF_DRIVER) > 0 && discovering) {
            throw new InvalidRequestException(
                    OF_DRIVER,
                    "is " + conf.get(OF_DRIVER) + ", but Spark found no such GPU on this machine; run `"
                            + (script.isEmpty() ? "scripts/get-gpus" : script)
                            + "`, which reports why, or use a cpu profile, such as conf/local-cpu.properties",
                    failure);
        }
    }

    /** Creates the error for executors that have GPUs while tasks get none. */
    static InvalidRequestException withoutTask() {
        return new InvalidRequestException(
                OF_TASK,
                "is not set, so tasks get and use none of the GPUs of their executors; set it to 1, or to 0.5 for"
                        + " two tasks per GPU, or use a cpu profile, without " + OF_EXECUTOR);
    }

    static double amount(SparkConf conf, String key) {
        return conf.getDouble(key, 0);
    }
}
