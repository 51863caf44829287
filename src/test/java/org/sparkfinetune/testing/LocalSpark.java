package org.sparkfinetune.testing;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The Spark that all tests of a JVM share: two task threads, a failed task is tried once more, no web interface. */
public final class LocalSpark {
    private LocalSpark() {}

    /** Shared; never stop it. */
    public static SparkSession session() {
        return Holder.SESSION;
    }

    /** The context of {@link #session()}. */
    public static JavaSparkContext context() {
        return JavaSparkContext.fromSparkContext(session().sparkContext());
    }

    private static final class Holder {
        static final SparkSession SESSION = start();

        private static SparkSession start() {
            SparkSession session = SparkSession.builder()
                    .master("local[2,2]")
                    .appName("spark-finetune tests")
                    .config("spark.ui.enabled", false)
                    .config("spark.sql.shuffle.partitions", 2)
                    // Compiling its generated code takes longer than tables of a few rows.
                    .config("spark.sql.codegen.wholeStage", false)
                    .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                    // As the command line sets it in local mode.
                    .config("spark.locality.wait", "0s")
                    .config("spark.driver.bindAddress", "127.0.0.1")
                    .config(
                            "spark.sql.warehouse.dir",
                            System.getProperty("java.io.tmpdir") + "/spark-finetune-warehouse")
                    .getOrCreate();
            session.sparkContext().setLogLevel("ERROR");
            return session;
        }
    }
}
