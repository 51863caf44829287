package org.sparkfinetune.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.testing.LocalSpark;

class SparkFailuresTest {
    @Test
    void fullDiskIsToldWithItsPlaceAndWhatToDo() {
        Exception failure = new SparkException(
                "Job aborted.",
                new SparkException("Task failed while writing rows", new IOException("No space left on device")));
        assertThat(SparkFailures.translate(failure, "file:/out"))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:/out: cannot be read or written: No space left on device;"
                        + " free some space, then run the same command again")
                .hasCause(failure);
    }

    @Test
    void ourOwnExceptionIsTakenOutOfItsWrapping() {
        InvalidRequestException ours = new InvalidRequestException("a", "b");
        assertThat(SparkFailures.translate(new SparkException("aborted", ours), "x"))
                .isSameAs(ours);
    }

    @Test
    void innermostFileErrorIsTold() {
        Exception failure = new IOException("outer", new IOException("Permission denied"));
        assertThat(SparkFailures.translate(failure, "p"))
                .hasMessage("p: cannot be read or written: Permission denied; check who owns the folder,"
                        + " then run the same command again");
        assertThat(SparkFailures.translate(new UncheckedIOException(new IOException((String) null)), "p"))
                .hasMessage("p: cannot be read or written: IOException");
    }

    @Test
    void bugsStayBugs() {
        IllegalStateException bug = new IllegalStateException("bug");
        assertThat(SparkFailures.translate(bug, "p")).isSameAs(bug);
        Exception checked = new SparkException("aborted", bug);
        assertThat(SparkFailures.translate(checked, "p"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unexpected failure at p")
                .hasCause(checked);
    }

    @Test
    @Tag("spark")
    void errorOfARealTaskIsUnderstood() {
        Throwable failure = catchThrowable(
                () -> LocalSpark.context().parallelize(List.of(1, 2), 2).foreach(number -> {
                    throw new IOException("No space left on device");
                }));
        assertThat(SparkFailures.translate(failure, "file:/out"))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("No space left on device");
    }
}
