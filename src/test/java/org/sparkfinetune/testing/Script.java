package org.sparkfinetune.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A script of this repository, run as a user runs it. Those that start Spark take the jar and the Spark home that
 * {@code mvn package} has made.
 *
 * @param code the exit code
 * @param log what it wrote to standard output and standard error
 */
public record Script(int code, String log) {
    private static final Path SCRIPTS = Path.of("scripts").toAbsolutePath();

    /** Skips the test where there is no package to run. */
    public static void assumePackaged() {
        assumeThat(Path.of("target/spark/RELEASE"))
                .as("scripts run the package that mvn package makes")
                .exists();
    }

    /** Runs it to its end, for at most ten minutes. */
    public static Script run(Path log, Map<String, String> environment, String name, String... arguments)
            throws IOException, InterruptedException {
        return await(start(log, environment, name, arguments), log, name);
    }

    /** Runs the script in {@code scripts/} of another folder, in that folder. */
    public static Script runCopy(
            Path folder, Path log, Map<String, String> environment, String name, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = builder(folder.resolve("scripts"), log, environment, name, arguments);
        return await(builder.directory(folder.toFile()).start(), log, name);
    }

    private static Script await(Process process, Path log, String name) throws IOException, InterruptedException {
        try {
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                throw new IOException(name + " goes on and on:\n" + Files.readString(log));
            }
            return new Script(process.exitValue(), Files.readString(log));
        } finally {
            end(process);
        }
    }

    /** Starts it; to be ended by {@link #end}. */
    public static Process start(Path log, Map<String, String> environment, String name, String... arguments)
            throws IOException {
        return builder(SCRIPTS, log, environment, name, arguments).start();
    }

    private static ProcessBuilder builder(
            Path scripts, Path log, Map<String, String> environment, String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(scripts.resolve(name).toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("SPARK_HOME");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }

    /** Leaves nothing of it behind. */
    public static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
