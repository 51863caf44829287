package org.sparkfinetune.train.checkpoint;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.train.EpochPart;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.TrainingState;

/**
 * The file format of a checkpoint, version 2. Big-endian header: magic, version, fingerprint, seed, epochs, iterations;
 * rounds, examples, loss sum and hits of the unfinished epoch; best score, best epoch, two lengths. Then the raw
 * little-endian floats of parameters and updater state, then the SHA-256 of all bytes before it.
 */
final class CheckpointFormat {
    private static final int MAGIC = 0x53465443;
    private static final int VERSION = 2;
    private static final int BUFFER_BYTES = 1 << 16;
    /** More floats than any network has; detects a damaged length before memory is allocated. */
    private static final long MAX_FLOATS = 1L << 36;

    private CheckpointFormat() {}

    static void write(Checkpoint checkpoint, OutputStream stream) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new DigestOutputStream(stream, sha256), BUFFER_BYTES));
        TrainingState state = checkpoint.state();
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(checkpoint.fingerprint());
        out.writeLong(checkpoint.seed());
        out.writeInt(state.epochs());
        out.writeInt(state.iterations());
        out.writeInt(state.part().rounds());
        out.writeLong(state.part().examples());
        out.writeDouble(state.part().lossSum());
        out.writeLong(state.part().hits());
        out.writeDouble(checkpoint.bestScore());
        out.writeInt(checkpoint.bestEpoch());
        out.writeLong(state.parameters().length());
        out.writeLong(state.updaterState().length());
        for (FlatVector vector : new FlatVector[] {state.parameters(), state.updaterState()}) {
            for (byte[] block : vector.blocks()) {
                out.write(block);
            }
        }
        out.flush();
        stream.write(sha256.digest());
        stream.flush();
    }

    /**
     * Reads a checkpoint.
     *
     * @param fileBytes length of the file in bytes
     * @throws DamagedException if the bytes are not exactly a checkpoint with its checksum
     */
    static Checkpoint read(InputStream stream, long fileBytes) throws IOException, DamagedException {
        MessageDigest sha256 = Sha256.digest();
        InputStream buffered = new BufferedInputStream(stream, BUFFER_BYTES);
        DataInputStream in = new DataInputStream(new DigestInputStream(buffered, sha256));
        try {
            require(in.readInt() == MAGIC, "it does not begin with the bytes of a checkpoint");
            int version = in.readInt();
            require(version == VERSION, "its format is version " + version + ", this program reads " + VERSION);
            Checkpoint checkpoint = readContent(in, fileBytes);
            byte[] expected = sha256.digest();
            byte[] stored = buffered.readNBytes(expected.length);
            require(MessageDigest.isEqual(stored, expected), "its SHA-256 does not match its content");
            require(buffered.read() < 0, "it has more bytes than its header says");
            return checkpoint;
        } catch (EOFException | UTFDataFormatException e) {
            throw new DamagedException("it ends too early", e);
        }
    }

    private static Checkpoint readContent(DataInputStream in, long fileBytes) throws IOException, DamagedException {
        String fingerprint = in.readUTF();
        long seed = in.readLong();
        int epochs = in.readInt();
        int iterations = in.readInt();
        int rounds = in.readInt();
        long examples = in.readLong();
        double lossSum = in.readDouble();
        long hits = in.readLong();
        double bestScore = in.readDouble();
        int bestEpoch = in.readInt();
        long parameters = in.readLong();
        long updaterState = in.readLong();
        boolean possible = parameters >= 0 && updaterState >= 0 && parameters < MAX_FLOATS && updaterState < MAX_FLOATS;
        require(
                possible && (parameters + updaterState) * FlatVector.BYTES < fileBytes,
                "it is shorter than its header says");
        require(
                epochs >= 0 && iterations >= 0 && rounds >= 0 && examples >= 0 && hits >= 0,
                "its counters are negative");
        EpochPart part = new EpochPart(rounds, examples, lossSum, hits);
        TrainingState state =
                new TrainingState(readVector(in, parameters), readVector(in, updaterState), iterations, epochs, part);
        return new Checkpoint(fingerprint, seed, state, bestScore, bestEpoch);
    }

    private static FlatVector readVector(DataInputStream in, long length) throws IOException {
        FlatVector vector = new FlatVector(length);
        for (byte[] block : vector.blocks()) {
            in.readFully(block);
        }
        return vector;
    }

    private static void require(boolean condition, String what) throws DamagedException {
        if (!condition) {
            throw new DamagedException(what, null);
        }
    }

    /** Thrown if a file is not a complete checkpoint. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
