package org.sparkfinetune.storage;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * Recognizes failures by lack of memory and names the setting of the profile that gives more. A profile that is too
 * small for the job is an invalid request, neither an internal error nor bad data.
 */
final class MemoryShortage {
    /** Spark's report of an error in a task; the driver of local mode is an "executor driver". */
    private static final Pattern IN_A_TASK = Pattern.compile(
            "executor (\\S+)\\): (?:java\\.lang\\.|org\\.apache\\.spark\\.memory\\.Spark)OutOfMemoryError");
    /** An executor ends with 52 when its heap is full (Spark's SparkExitCode.OOM). */
    private static final Pattern EXECUTOR_ENDED =
            Pattern.compile("(?i)\\bexit(?:ed with)?(?: exit)?(?: code| status):? ?52\\b");
    /** YARN and Kubernetes kill an executor that takes more than its container may. */
    private static final Pattern EXECUTOR_KILLED =
            Pattern.compile("(?i)OOMKilled|\\bexit(?:ed with)?(?: exit)?(?: code| status):? ?137\\b"
                    + "|exceeding (?:physical )?memory limits");

    /** The message of JavaCPP, the basis of ND4J and OpenCV, when a process has as much memory as it may have. */
    private static final Pattern NATIVE_LIMIT = Pattern.compile("\\bphysicalBytes (?:= |\\()(\\d+)M");

    private static final String WHERE = " in the profile (conf/local-cpu.properties, or the file that --on names)"
            + " and run the same command again: it resumes from the last complete part";

    private MemoryShortage() {}

    /**
     * Returns the exception to throw instead.
     *
     * @param chain a failure and its causes
     * @return empty when memory is not the reason
     */
    static Optional<InvalidRequestException> in(List<Throwable> chain) {
        for (Throwable link : chain) {
            String text = String.valueOf(link.getMessage());
            var natives = NATIVE_LIMIT.matcher(text);
            if (natives.find()) {
                return Optional.of(natives(natives.group(1), link));
            }
            var task = IN_A_TASK.matcher(text);
            if (task.find()) {
                return Optional.of(task.group(1).equals("driver") ? driver(link) : executor(link));
            }
            if (EXECUTOR_ENDED.matcher(text).find()) {
                return Optional.of(executor(link));
            }
            if (EXECUTOR_KILLED.matcher(text).find()) {
                return Optional.of(container(link));
            }
        }
        return chain.stream()
                .filter(OutOfMemoryError.class::isInstance)
                .findFirst()
                .map(MemoryShortage::driver);
    }

    private static InvalidRequestException driver(Throwable cause) {
        return new InvalidRequestException(
                "spark.driver.memory",
                "memory ran out in the driver, whose Java heap may take "
                        + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB; in local mode all the work is done there; raise spark.driver.memory" + WHERE,
                cause);
    }

    private static InvalidRequestException executor(Throwable cause) {
        return new InvalidRequestException(
                "spark.executor.memory",
                "memory ran out in an executor, whose Java heap is full; raise spark.executor.memory" + WHERE,
                cause);
    }

    private static InvalidRequestException natives(String mebibytes, Throwable cause) {
        return new InvalidRequestException(
                "-Dorg.bytedeco.javacpp.maxphysicalbytes",
                "memory ran out: a process has " + mebibytes
                        + " MiB, heap and natives together, which is as much as it may (4 times its heap where this is"
                        + " not set); smaller minibatches or more frozen layers need less; or raise it in"
                        + " spark.executor.extraJavaOptions, spark.executor.memoryOverhead with it, in local mode in"
                        + " spark.driver.extraJavaOptions,"
                        + WHERE,
                cause);
    }

    private static InvalidRequestException container(Throwable cause) {
        return new InvalidRequestException(
                "spark.executor.memoryOverhead",
                "memory ran out: an executor was killed because it took more than its container may; networks"
                        + " and pictures are outside of Java's heap; raise spark.executor.memoryOverhead" + WHERE,
                cause);
    }
}
