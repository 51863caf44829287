package org.sparkfinetune.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory shared by all processes of the container or machine.
 *
 * @param of {@code container} or {@code machine}
 * @param bytes size of the memory
 */
public record MachineMemory(String of, long bytes) {
    /** Files of control groups, version 2 and 1. */
    private static final List<String> LIMITS =
            List.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes");

    private static final Pattern TOTAL = Pattern.compile("MemTotal: +(\\d+) kB");

    /**
     * Returns the container's limit if it is lower than the machine's memory; empty where the system does not report
     * it.
     */
    public static Optional<MachineMemory> limit() {
        return limit(Path.of("/"));
    }

    static Optional<MachineMemory> limit(Path root) {
        Matcher total = TOTAL.matcher(text(root.resolve("proc/meminfo")));
        if (!total.find()) {
            return Optional.empty();
        }
        long machine = Long.parseLong(total.group(1)) << 10;
        for (String file : LIMITS) {
            String text = text(root.resolve(file)).strip();
            // "max", or a number near 2^63, means that there is no limit.
            if (text.matches("\\d{1,18}") && Long.parseLong(text) < machine) {
                return Optional.of(new MachineMemory("container", Long.parseLong(text)));
            }
        }
        return Optional.of(new MachineMemory("machine", machine));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
