package org.sparkfinetune.train.round;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Java program of the tests in a separate process; its output lines that begin with CHILD are messages to the test.
 */
final class ChildProcess implements AutoCloseable {
    /** Spark's home; executors are started from it. */
    static final Path SPARK_HOME = Path.of("target", "spark").toAbsolutePath();

    private static final String MARK = "CHILD ";

    private final Process process;
    private final BufferedReader lines;

    /**
     * @param options options of the JVM
     * @param stderr file for the log
     */
    ChildProcess(Class<?> program, List<String> options, File stderr, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Dorg.eclipse"))
                .forEach(command::add);
        command.addAll(options);
        command.add(program.getName());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.redirectError(stderr);
        process = builder.start();
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Called in the child process: sends a line to its parent over the standard output. */
    static void say(String line) {
        try {
            FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
            pipe.write((MARK + line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message, without its mark; null at the end. */
    String next() throws IOException {
        String line = lines.readLine();
        while (line != null && !line.startsWith(MARK)) {
            line = lines.readLine();
        }
        return line == null ? null : line.substring(MARK.length());
    }

    /** Kills by SIGKILL, as this call does on Linux. A call of the Process itself would close the pipe that we read. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /**
     * One of the executors that the program has started; it starts no other programs. Their arguments are too long to
     * be visible.
     */
    ProcessHandle executor() {
        return process.toHandle()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElseThrow();
    }

    /** Ends all processes of the program, also after a failed test. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
