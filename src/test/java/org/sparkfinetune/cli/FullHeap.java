package org.sparkfinetune.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A process that fills its heap, in a task or in the driver, without running the recipe's job. */
public final class FullHeap {
    private FullHeap() {}

    /** @param arguments {@code task} or {@code driver}, then the command line */
    public static void main(String[] arguments) {
        boolean inATask = arguments[0].equals("task");
        SparkSource spark = (name, job) -> SparkSource.submitted(name, session -> fill(session, inATask));
        System.exit(Main.execute(
                spark, List.of(arguments).subList(1, arguments.length).toArray(String[]::new)));
    }

    private static int fill(SparkSession session, boolean inATask) {
        if (inATask) {
            JavaSparkContext.fromSparkContext(session.sparkContext())
                    .parallelize(List.of(1), 1)
                    .foreach(number -> fill());
        } else {
            fill();
        }
        throw new AssertionError("the heap has no end");
    }

    private static void fill() {
        List<byte[]> kept = new ArrayList<>();
        while (kept.size() < Integer.MAX_VALUE) {
            kept.add(new byte[1 << 20]);
        }
    }
}
