package org.sparkfinetune.cli;

import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.sparkfinetune.report.RunReport;

/** Where the command line gets Spark from, asked only once a recipe is known to be right. */
interface SparkSource {
    /** Runs a job in a session, and ends with the session as it should be. */
    RunReport run(String applicationName, Function<SparkSession, RunReport> job);

    /** A session of what spark-submit has set up, stopped when the job is over. */
    static RunReport submitted(String applicationName, Function<SparkSession, RunReport> job) {
        try (SparkSession spark =
                SparkSession.builder().appName(applicationName).getOrCreate()) {
            return job.apply(spark);
        }
    }
}
