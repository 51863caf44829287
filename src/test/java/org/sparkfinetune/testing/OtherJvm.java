package org.sparkfinetune.testing;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts classes of ours in a JVM of their own, with the class path and options of this one; for tests that kill it.
 */
public final class OtherJvm {
    /** A JVM of seconds ends before what the second compiler makes of its code pays; most of its time went there. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1");

    private OtherJvm() {}

    /** What it says goes to the standard error of this JVM. */
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(command(inheritedOptions(), main, arguments))
                .inheritIO()
                .start();
    }

    /** The options of this JVM, but for agents. */
    static List<String> inheritedOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-javaagent"))
                .toList();
    }

    /**
     * The command line of a JVM of seconds, which has the class path of this one.
     *
     * @param options of the JVM
     */
    public static List<String> command(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(SHORT_LIVED);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
