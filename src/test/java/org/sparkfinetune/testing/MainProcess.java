package org.sparkfinetune.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sparkfinetune.cli.Main;

/**
 * A command line of a user in a process of its own: with an environment, a memory and an exit code of its own. It gets
 * the options of this JVM, and Spark in local mode.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error, with what Spark logs
 */
public record MainProcess(int code, String out, String err) {
    private static final List<String> SPARK = List.of(
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.sql.shuffle.partitions=2");

    /** Runs it to its end. */
    public static MainProcess run(Map<String, String> environment, String... arguments) throws IOException {
        return run(Main.class, environment, arguments);
    }

    /** Runs another class in its place. */
    public static MainProcess run(Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        Process process = start(main, environment, out, err, arguments);
        try {
            int code = process.waitFor();
            return new MainProcess(code, Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts it, and lets the caller wait for it or kill it. */
    public static Process start(Map<String, String> environment, Path out, Path err, String... arguments)
            throws IOException {
        return start(Main.class, environment, out, err, arguments);
    }

    private static Process start(
            Class<?> main, Map<String, String> environment, Path out, Path err, String... arguments)
            throws IOException {
        List<String> options = new ArrayList<>(OtherJvm.inheritedOptions());
        options.addAll(SPARK);
        List<String> command = OtherJvm.command(options, main, arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("SPARK_FINETUNE_MIRROR", "");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The lines that tell the user what is wrong, without {@code error: }. */
    public List<String> errors() {
        return err.lines()
                .filter(line -> line.startsWith("error: "))
                .map(line -> line.substring("error: ".length()))
                .toList();
    }

    /** Whether a stack trace is shown. */
    public boolean showsAStackTrace() {
        return err.contains("\n\tat ");
    }
}
