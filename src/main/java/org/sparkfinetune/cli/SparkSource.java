package org.sparkfinetune.cli;

import java.util.function.ToIntFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.inference.engine.GpuProfile;
import org.sparkfinetune.inference.engine.TaskDevice;

/** Where the command line gets Spark from, asked only once a recipe is known to be right. */
interface SparkSource {
    /**
     * Runs a job in a session, and ends with the session as it should be.
     *
     * @param job gives the exit code
     */
    int run(String applicationName, ToIntFunction<SparkSession> job);

    /**
     * Whether this is the driver in YARN's application master. That takes a process which ends by itself for a failed one, whatever
     * its exit code, and starts it again: the main method has to return, or to throw.
     */
    static boolean isRunByYarn() {
        SparkConf conf = new SparkConf();
        return "yarn".equals(conf.get("spark.master", ""))
                && "cluster".equals(conf.get("spark.submit.deployMode", "client"));
    }

    /**
     * A session of what spark-submit has set up, stopped when the job is over. In local mode a task that runs out of memory does
     * not end the process, as it would an executor of a cluster: nobody would be left to say why. Nor does a task wait for a
     * better place: there is one place, and Spark would look at the task again only when another ends, or never (SPARK-4939).
     */
    static int submitted(String applicationName, ToIntFunction<SparkSession> job) {
        SparkConf conf = new SparkConf();
        GpuProfile.require(conf);
        // Spark's own progress bar would write over ours, and over plain lines.
        SparkSession.Builder builder =
                SparkSession.builder().appName(applicationName).config("spark.ui.showConsoleProgress", false);
        if (conf.get("spark.master", "").startsWith("local")) {
            builder.config("spark.executor.killOnFatalError.depth", 0).config("spark.locality.wait", "0s");
        }
        try (SparkSession spark = started(builder, conf)) {
            // In local mode tasks share this process, and ND4J stays on what it was started on.
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
