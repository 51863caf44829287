package org.sparkfinetune.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sparkfinetune.testing.LocalSpark;

/**
 * The result of a command line.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error, without Spark's log
 */
record Ended(int code, String out, String err) {
    /** Runs a command that must not start Spark. */
    static Ended withoutSpark(String... arguments) {
        return of(
                (name, job) -> {
                    throw new AssertionError("Spark was started for " + name);
                },
                arguments);
    }

    /** Runs a command in the Spark session that tests share. */
    static Ended withSpark(String... arguments) {
        LocalSpark.session(); // its logger takes the real standard error
        return of((name, job) -> job.applyAsInt(LocalSpark.session()), arguments);
    }

    static Ended of(SparkSource spark, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
        try {
            int code = Main.execute(spark, arguments);
            return new Ended(
                    code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** The error lines for the user. */
    List<String> errors() {
        return err.lines().filter(line -> line.startsWith("error: ")).toList();
    }

    /** Whether there is a stack trace. */
    boolean showsAStackTrace() {
        return err.contains("\n\tat ") || err.contains("Exception");
    }
}
