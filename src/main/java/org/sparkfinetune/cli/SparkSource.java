package org.sparkfinetune.cli;

import java.util.function.ToIntFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.inference.engine.GpuProfile;
import org.sparkfinetune.inference.engine.TaskDevice;

/** Provides the command line with Spark, only after the recipe has been found valid. */
interface SparkSource {
    /**
     * Runs a job in a session, and leaves the session in its proper state.
     *
     * @param job returns the exit code
     */
    int run(String applicationName, ToIntFunction<SparkSession> job);

    /**
     * Whether this is the driver in YARN's application master. YARN treats a process that exits by itself as failed,
     * whatever its exit code, and starts it again: the main method has to return or throw.
     */
    static boolean isRunByYarn() {
        SparkConf conf = new SparkConf();
        return "yarn".equals(conf.get("spark.master", ""))
                && "cluster".equals(conf.get("spark.submit.deployMode", "client"));
    }

    /**
     * Runs a job in the session that spark-submit has configured, and stops it afterwards. Two settings for local mode.
     * A task that runs out of memory does not end the process as it would end an executor of a cluster, since no
     * process would be left to report the reason. Tasks do not wait for a better place: there is only one, and Spark
     * would look at the task again only when another ends, or never (SPARK-4939).
     */
    static int submitted(String applicationName, ToIntFunction<SparkSession> job) {
        SparkConf conf = new SparkConf();
        GpuProfile.require(conf);
        // Spark's own progress bar would overwrite ours and the plain lines.
        SparkSession.Builder builder =
                SparkSession.builder().appName(applicationName).config("spark.ui.showConsoleProgress", false);
        if (conf.get("spark.master", "").startsWith("local")) {
            builder.config("spark.executor.killOnFatalError.depth", 0).config("spark.locality.wait", "0s");
        }
        try (SparkSession spark = started(builder, conf)) {
            // In local mode tasks share this process, and ND4J keeps the backend it started with.
            TaskDevice.here().bind();
            return job.applyAsInt(spark);
        }
    }

    private static SparkSession started(SparkSession.Builder builder, SparkConf conf) {
        try {
            return builder.getOrCreate();
        } catch (Exception e) {
            GpuProfile.explain(conf, e);
            throw e;
        }
    }
}
