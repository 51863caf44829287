package org.sparkfinetune.report.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.report.JobEvent;

class TensorBoardLogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.5Z");

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void curvesOfEpochsAndRoundsAreRecordsOfTensorBoard() throws IOException {
        try (TensorBoardLog log = log(folder)) {
            log.onEvent(new JobEvent.Began(folder.toString()));
            log.onEvent(new JobEvent.Round(1, 3, 1, 2, 0.875, 300, 0.1));
            log.onEvent(EventLogTest.epoch(1, 0.5));
            log.onEvent(EventLogTest.epoch(2, null));
        }
        assertThat(scalars(file()))
                .containsExactly(
                        "300 round/loss 0.875",
                        "1 epoch/loss 0.75",
                        "1 epoch/accuracy 0.5",
                        "1 epoch/validation_loss 0.5",
                        "1 epoch/validation_accuracy 0.25",
                        "1 epoch/learning_rate 0.01",
                        "1 epoch/images_per_second 8.0",
                        "2 epoch/loss 0.75",
                        "2 epoch/accuracy 0.5",
                        "2 epoch/learning_rate 0.01",
                        "2 epoch/images_per_second 8.0");
        assertThat(folder.relativize(file()).toString())
                .matches("flowers-[0-9a-f]{8}/events\\.out\\.tfevents\\.1767225600\\.local-1");
    }

    @Test
    void theChecksumIsTheOneOfRfc3720Masked() {
        // RFC 3720, B.4: CRC32C of 32 zero bytes is 8a9136aa.
        assertThat(EventFile.maskedChecksum(new byte[32])).isEqualTo(Integer.rotateRight(0x8a9136aa, 15) + 0xa282ead8);
    }

    @Test
    void aJobThatDoesNotTrainLeavesNoTrace() {
        try (TensorBoardLog log = log(folder)) {
            log.onEvent(new JobEvent.Began(folder.toString()));
            log.onEvent(new JobEvent.Failed(1, "x"));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeMadeIsToldOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (TensorBoardLog log = log(file)) {
            log.onEvent(EventLogTest.epoch(1, 0.5));
            log.onEvent(EventLogTest.epoch(2, 0.5));
        }
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("no curves for TensorBoard in " + file + ": ")
                .endsWith("; the job continues");
    }

    private TensorBoardLog log(Path logs) {
        JobFacts job =
                new JobFacts("finetune", "local-1", "runs/flowers", EventLogTest.JOB.recipe(), EventLogTest.JOB.tags());
        return new TensorBoardLog(
                job, new org.apache.hadoop.fs.Path(logs.toString()), new Configuration(), () -> NOW, warnings::add);
    }

    private Path file() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile)
                    .reduce((a, b) -> {
                        throw new AssertionError("two files");
                    })
                    .orElseThrow();
        }
    }

    /** Reads a file as TensorBoard does: {@code "step tag value"}; verifies both checksums of each record. */
    static List<String> scalars(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> found = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(EventFile.maskedChecksum(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(EventFile.maskedChecksum(data));
            event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN), found);
        }
        return found;
    }

    private static void event(ByteBuffer event, List<String> found) {
        long step = 0;
        while (event.hasRemaining()) {
            switch (event.get()) {
                case 1 << 3 | 1 ->
                    assertThat(event.getDouble()).isGreaterThan(1.7e9).isLessThan(3e9);
                case 2 << 3 -> step = varint(event);
                case 3 << 3 | 2 -> assertThat(text(event)).isEqualTo("brain.Event:2");
                case 5 << 3 | 2 -> summary(part(event), step, found);
                default -> throw new AssertionError("an unknown field");
            }
        }
    }

    private static void summary(ByteBuffer summary, long step, List<String> found) {
        while (summary.hasRemaining()) {
            assertThat(summary.get()).isEqualTo((byte) (1 << 3 | 2));
            ByteBuffer value = part(summary);
            assertThat(value.get()).isEqualTo((byte) (1 << 3 | 2));
            String tag = text(value);
            assertThat(value.get()).isEqualTo((byte) (2 << 3 | 5));
            found.add(step + " " + tag + " " + value.getFloat());
            assertThat(value.hasRemaining()).isFalse();
        }
    }

    private static String text(ByteBuffer in) {
        return StandardCharsets.UTF_8.decode(part(in)).toString();
    }

    private static ByteBuffer part(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
