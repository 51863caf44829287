package org.sparkfinetune.train.average;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.LostBlockException;

/** The result of a task of a round, sent to the driver as bytes that do not depend on Spark's serializer. */
public sealed interface Answer {
    /** Location of the blocks that the task left. */
    BlockHome home();

    /** Description of a block that the task needed and did not find; empty if it found all. */
    String lost();

    void write(DataOutputStream out) throws IOException;

    /**
     * The answer of a worker.
     *
     * @param report figures of the fit
     * @param home location of the worker's vector
     * @param lost missing block of the state to start from, or empty
     */
    record Fitted(WorkerReport report, BlockHome home, String lost) implements Answer {
        @Override
        public void write(DataOutputStream out) throws IOException {
            report.write(out);
            home.write(out);
            out.writeUTF(lost);
        }

        public static Fitted read(byte[] bytes) {
            return Answer.read(bytes, in -> new Fitted(WorkerReport.read(in), BlockHome.read(in), in.readUTF()));
        }
    }

    /**
     * The answer of an owner of chunks.
     *
     * @param home location of the averages
     * @param spread spread of the workers in the owner's chunks
     * @param lost missing block of a worker, or empty
     */
    record Averaged(BlockHome home, ChunkSpread spread, String lost) implements Answer {
        @Override
        public void write(DataOutputStream out) throws IOException {
            home.write(out);
            out.writeDouble(spread.squaredDistance());
            out.writeDouble(spread.squaredNorm());
            out.writeUTF(lost);
        }

        public static Averaged read(byte[] bytes) {
            return Answer.read(
                    bytes,
                    in -> new Averaged(
                            BlockHome.read(in), new ChunkSpread(in.readDouble(), in.readDouble()), in.readUTF()));
        }
    }

    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws LostBlockException if the task did not find a block */
    default void requireNothingLost() {
        if (!lost().isEmpty()) {
            throw new LostBlockException(lost(), null);
        }
    }

    private static <A> A read(byte[] bytes, Reader<A> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return reader.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an answer from its bytes. */
    @FunctionalInterface
    interface Reader<A> {
        A read(DataInputStream in) throws IOException;
    }
}
