package org.sparkfinetune.train.blocks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.sparkfinetune.check.InvalidRequestException;
import scala.collection.JavaConverters;

/** Decides whether the blocks of rounds go into memory that the processes of a host share. */
public final class SharedMemory {
    /** Spark setting; {@code false} disables shared memory. */
    public static final String KEY = "spark.finetune.sharedMemory";

    /** Divisor: a quarter of the free memory of a host may be used; networks and heaps need memory as well. */
    private static final int PART = 4;

    private static final Path MEMORY = Path.of("/proc/meminfo");

    private SharedMemory() {}

    /**
     * Returns true if the setting allows it, the system is Linux, all executors are on the host of the driver, and
     * there is plenty of memory. To be called on the driver.
     *
     * @param bytes size of all blocks of a round
     * @throws InvalidRequestException if the setting is neither true nor false
     */
    public static boolean isEnough(SparkContext spark, long bytes) {
        String setting = spark.conf().get(KEY, "true");
        if (!setting.equals("true") && !setting.equals("false")) {
            throw new InvalidRequestException(KEY, "must be true or false, not " + setting);
        }
        Set<String> hosts = JavaConverters.seqAsJavaList(
                        spark.getExecutorMemoryStatus().keySet().toSeq())
                .stream()
                .map(hostAndPort -> hostAndPort.substring(0, hostAndPort.lastIndexOf(':')))
                .collect(Collectors.toSet());
        return setting.equals("true") && hosts.size() == 1 && bytes <= freeBytes() / PART;
    }

    /** Free memory in bytes; 0 if unknown. */
    private static long freeBytes() {
        try (Stream<String> lines = Files.lines(MEMORY)) {
            long available = lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            return Math.min(
                    available, Files.getFileStore(ScratchFile.SHARED_MEMORY).getUsableSpace());
        } catch (IOException e) {
            return 0;
        }
    }
}
