package org.sparkfinetune.cli;

import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.inference.GpuProfile;
import org.sparkfinetune.inference.TaskDevice;
import org.sparkfinetune.report.RunReport;

/** Where the command line gets Spark from, asked only once a recipe is known to be right. */
interface SparkSource {
    /** Runs a job in a session, and ends with the session as it should be. */
    RunReport run(String applicationName, Function<SparkSession, RunReport> job);

    /**
     * A session of what spark-submit has set up, stopped when the job is over. In local mode a task that runs out of memory does
     * not end the process, as it would an executor of a cluster: nobody would be left to say why. Nor does a task wait for a
     * better place: there is one place, and Spark would look at the task again only when another ends, or never (SPARK-4939).
     */
    static RunReport submitted(String applicationName, Function<SparkSession, RunReport> job) {
        SparkConf conf = new SparkConf();
        GpuProfile.require(conf);
        SparkSession.Builder builder = SparkSession.builder().appName(applicationName);
        if (conf.get("spark.master", "").startsWith("local")) {
            builder.config("spark.executor.killOnFatalError.depth", 0).config("spark.locality.wait", "0s");
        }
        try (SparkSession spark = started(builder, conf)) {
            // In local mode tasks share this process, and ND4J stays on what it was started on.
            TaskDevice.here().bind();
            return job.apply(spark);
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
