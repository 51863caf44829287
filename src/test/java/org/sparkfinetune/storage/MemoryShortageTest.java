package org.sparkfinetune.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.ExitCode;
import org.sparkfinetune.check.InvalidRequestException;

class MemoryShortageTest {
    private static final String RAISE =
            " in the profile (conf/local-cpu.properties, or the file that --on names) and run the"
                    + " same command again: it resumes from the last complete part";

    @Test
    void aFullDriverIsToldWithItsHeap() {
        RuntimeException told = SparkFailures.translate(
                new IllegalStateException("packing failed", new OutOfMemoryError("Java heap space")), "file:/out");
        assertThat(told)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.driver.memory: memory ran out in the driver, whose Java heap may take "
                        + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB; in local mode all the work is done there; raise spark.driver.memory" + RAISE);
        assertThat(((InvalidRequestException) told).exitCode()).isEqualTo(ExitCode.INVALID_REQUEST);
    }

    @Test
    void whatATaskOfLocalModeThrewIsTheDrivers() {
        assertThat(place("Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure:"
                        + " Lost task"
                        + " 0.0 in stage 3.0 (TID 5) (127.0.0.1 executor driver):"
                        + " java.lang.OutOfMemoryError: Java heap"
                        + " space"))
                .hasValue("spark.driver.memory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lost task 0.3 in stage 3.0 (TID 5) (10.0.0.7 executor 4): java.lang.OutOfMemoryError: Java heap space",
                "Lost task 0.3 in stage 3.0 (TID 5) (10.0.0.7 executor 4):"
                        + " org.apache.spark.memory.SparkOutOfMemoryError: no",
                "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: Command exited"
                        + " with code 52",
                "Reason: Container from a bad node: container_1 on host: h. Exit status: 52. Diagnostics: x",
                "The executor with id 3 exited with exit code 52(JVM OOM)."
            })
    void anExecutorWhoseHeapIsFullIsTold(String text) {
        assertThat(place(text)).hasValue("spark.executor.memory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Container killed by YARN for exceeding physical memory limits. 5.1 GB of 5 GB physical memory used.",
                "The executor with id 3 exited with exit code 137(SIGKILL, possible container OOM).",
                "Command exited with code 137"
            })
    void anExecutorKilledForWhatLiesOutsideOfTheHeapIsTold(String text) {
        assertThat(place(text)).hasValue("spark.executor.memoryOverhead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Lost task 0.3 (TID 5) (h executor 0): java.lang.OutOfMemoryError: Cannot allocate new"
                        + " LongPointer(1): totalBytes = 528,"
                        + " physicalBytes = 4159M",
                "Caused by: java.lang.OutOfMemoryError: Physical memory usage is too high: physicalBytes (4159M) >"
                        + " maxPhysicalBytes"
                        + " (4096M)"
            })
    void theLimitOfNativeMemoryIsTold(String text) {
        assertThat(SparkFailures.translate(new SparkException(text), "file:/out"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("-Dorg.bytedeco.javacpp.maxphysicalbytes: memory ran out: a process has 4159 MiB, heap and"
                        + " natives"
                        + " together, which is as much as it may (4 times its heap where this is not set);"
                        + " smaller minibatches"
                        + " or more frozen layers need less; or raise it in spark.executor.extraJavaOptions,"
                        + " spark.executor.memoryOverhead with it, in local mode in"
                        + " spark.driver.extraJavaOptions,"
                        + RAISE);
    }

    @ParameterizedTest
    @CsvSource({"Command exited with code 1", "Task 52 failed", "exit status: 520", "Command exited with code 143"})
    void otherEndsAreOtherThings(String text) {
        assertThat(place(text)).isEmpty();
    }

    /** Of the setting that is named. */
    private static Optional<String> place(String text) {
        return SparkFailures.translate(new SparkException(text), "file:/out")
                        instanceof InvalidRequestException shortage
                ? Optional.of(shortage.problems().get(0).place())
                : Optional.empty();
    }
}
