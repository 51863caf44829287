package org.sparkfinetune.zoo.files;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;

/**
 * A network as one file, for shipping to executors: independent of the backend (CPU or GPU) and of Java serialization.
 *
 * <pre>
 * 8 bytes  magic "SFTNET01"
 * 4 bytes  length of the configuration, big-endian
 * 8 bytes  number of parameters, big-endian
 *          configuration, JSON in UTF-8
 *          parameters, float32, little-endian
 * 32 bytes SHA-256 of everything before
 * </pre>
 */
public final class NetworkFile {
    private static final byte[] MAGIC = "SFTNET01".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = MAGIC.length + Integer.BYTES + Long.BYTES;
    private static final int DIGEST_BYTES = 32;
    private static final int CHUNK_FLOATS = 1 << 18;

    private NetworkFile() {}

    /**
     * Writes under a temporary name beside the file, then renames: a reader sees a complete file or none.
     *
     * @return SHA-256 of the content, hexadecimal: the same for the same configuration and parameters
     * @throws BadDataException when the file cannot be written
     */
    public static String write(ComputationGraph network, Path file) {
        return AtomicFile.write(file, temporary -> {
            MessageDigest digest = Sha256.digest();
            try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest));
                byte[] configuration = network.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8);
                out.write(MAGIC);
                out.writeInt(configuration.length);
                out.writeLong(network.numParams());
                out.write(configuration);
                writeParameters(network.params(), out);
                out.flush();
                byte[] sum = digest.digest();
                raw.write(sum);
                return HexFormat.of().formatHex(sum);
            }
        });
    }

    /**
     * Reads and initializes.
     *
     * @throws BadDataException when the file is missing, is not a network file, is truncated or was changed
     */
    public static ComputationGraph read(Path file) {
        MessageDigest digest = Sha256.digest();
        try (DigestInputStream raw =
                        new DigestInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), digest);
                DataInputStream in = new DataInputStream(raw)) {
            Header header = header(file, in);
            String configuration = new String(in.readNBytes(header.configurationBytes()), StandardCharsets.UTF_8);
            INDArray parameters = readParameters(in, Math.toIntExact(header.parameters()));
            raw.on(false);
            if (!MessageDigest.isEqual(digest.digest(), in.readNBytes(DIGEST_BYTES))) {
                throw damaged(file, "its content does not match its checksum");
            }
            ComputationGraph network = new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
            network.init(parameters, false);
            return network;
        } catch (IOException e) {
            throw new BadDataException(file.toString(), "the network cannot be read: " + e, e);
        }
    }

    private static Header header(Path file, DataInputStream in) throws IOException {
        long size = Files.size(file);
        if (size < HEADER_BYTES + DIGEST_BYTES || !MessageDigest.isEqual(in.readNBytes(MAGIC.length), MAGIC)) {
            throw damaged(file, "it does not start as a network file");
        }
        Header header = new Header(in.readInt(), in.readLong());
        long expected = header.fileBytes();
        if (expected != size) {
            throw damaged(file, "it has " + size + " bytes, its header asks for " + expected);
        }
        return header;
    }

    private static BadDataException damaged(Path file, String how) {
        return new BadDataException(
                file.toString(), "is damaged: " + how + "; delete it and run the job again, which writes it again");
    }

    /** Reads in chunks: the parameters of VGG16 are half a gigabyte. */
    private static void writeParameters(INDArray parameters, OutputStream out) throws IOException {
        float[] floats = new float[CHUNK_FLOATS];
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        // Stays open while its memory is read: the buffer alone does not protect it from the garbage collector.
        try (INDArray copy = parameters.dup('c')) {
            FloatBuffer values = copy.data().asNioFloat();
            while (values.hasRemaining()) {
                int count = Math.min(CHUNK_FLOATS, values.remaining());
                values.get(floats, 0, count);
                bytes.asFloatBuffer().put(floats, 0, count);
                out.write(bytes.array(), 0, count * Float.BYTES);
            }
        }
    }

    private static INDArray readParameters(InputStream in, int count) throws IOException {
        float[] floats = new float[count];
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count; ) {
            int chunk = Math.min(CHUNK_FLOATS, count - done);
            if (in.readNBytes(bytes.array(), 0, chunk * Float.BYTES) != chunk * Float.BYTES) {
                throw new IOException("the file ended after " + done + " of " + count + " parameters");
            }
            bytes.asFloatBuffer().get(floats, done, chunk);
            done += chunk;
        }
        return Nd4j.create(floats, new long[] {1, count}, 'c').castTo(DataType.FLOAT);
    }

    private record Header(int configurationBytes, long parameters) {
        /** Returns zero, which is not the size of any file, when the header is invalid. */
        long fileBytes() {
            if (configurationBytes < 0 || parameters < 0 || parameters > Integer.MAX_VALUE) {
                return 0;
            }
            return HEADER_BYTES + configurationBytes + parameters * Float.BYTES + DIGEST_BYTES;
        }
    }
}
