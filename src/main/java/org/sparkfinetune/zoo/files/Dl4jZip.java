package org.sparkfinetune.zoo.files;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.BadDataException;

/**
 * Reads a model of Deeplearning4j's {@code ModelSerializer} without trusting it. Deeplearning4j's own reader unpacks
 * every entry into memory whatever its size, and reads {@code normalizer.bin}, {@code preprocessor.bin} and
 * {@code updaterState.bin}, the first two by Java deserialization, which can run code of the author. Here only
 * {@code configuration.json} and {@code coefficients.bin} are opened. The classes in the JSON must be Deeplearning4j's,
 * and this class reads the numbers itself and compares their count with that of the card.
 *
 * <p>{@code coefficients.bin} is two buffers, shape information and values; a buffer is its allocation mode and length,
 * its type, then the elements, big-endian ({@code BaseDataBuffer.write}).
 */
final class Dl4jZip {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final long MAX_CONFIGURATION_BYTES = 32L << 20;
    private static final int MAX_ENTRIES = 100;
    private static final int MAX_SHAPE_LONGS = 80;
    /** Modes of Deeplearning4j before 1.0.0-beta, with an int as length. */
    private static final List<String> OLD_MODES = List.of("DIRECT", "HEAP", "JAVACPP");

    private static final Pattern CLASS = Pattern.compile("\"@class\"\\s*:\\s*\"([^\"]*)\"");
    private static final int CHUNK_FLOATS = 1 << 18;

    private Dl4jZip() {}

    /**
     * Reads network and parameters.
     *
     * @param parameters number of the card; a file with more is refused before memory is allocated
     * @throws BadDataException when the file is damaged, hostile, of another size or not a ComputationGraph
     */
    static ComputationGraph read(Path file, long parameters) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            requireHarmless(file, zip, parameters);
            ComputationGraph graph = new ComputationGraph(configuration(file, zip));
            INDArray values = coefficients(file, zip, parameters);
            try {
                graph.init(values, false);
            } catch (RuntimeException e) {
                throw new BadDataException(
                        file + "!" + CONFIGURATION,
                        "its network cannot be built with the " + parameters + " parameters of the file: " + e,
                        e);
            }
            return graph;
        } catch (IOException e) {
            throw new BadDataException(
                    file.toString(), "cannot be read to its end as a Deeplearning4j zip: " + e.getMessage(), e);
        }
    }

    /** Checks the directory of the zip; the entries themselves are checked when they are read. */
    private static void requireHarmless(Path file, ZipFile zip, long parameters) {
        require(
                zip.size() <= MAX_ENTRIES,
                file.toString(),
                "has " + zip.size() + " entries, a model has less than ten");
        // Parameters, updater state of Adam, and as much again for additions of later versions.
        long limit = MAX_CONFIGURATION_BYTES + 6 * Double.BYTES * parameters;
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            String place = file + "!" + entry.getName();
            boolean climbs = Arrays.asList(entry.getName().replace('\\', '/').split("/", -1))
                    .contains("..");
            require(
                    !climbs
                            && !entry.getName().startsWith("/")
                            && !entry.getName().startsWith("\\"),
                    place,
                    "an archive of weights must not have absolute names or \"..\" in it; do not use this file");
            require(
                    entry.getSize() <= limit,
                    place,
                    "the entry has " + entry.getSize() + " bytes, more than the " + limit + " that a model of "
                            + parameters + " parameters can need");
        }
    }

    private static ComputationGraphConfiguration configuration(Path file, ZipFile zip) throws IOException {
        String place = file + "!" + CONFIGURATION;
        String json;
        try (InputStream stream = entry(file, zip, CONFIGURATION)) {
            byte[] bytes = stream.readNBytes((int) MAX_CONFIGURATION_BYTES + 1);
            require(
                    bytes.length <= MAX_CONFIGURATION_BYTES,
                    place,
                    "has more than " + MAX_CONFIGURATION_BYTES + " bytes");
            json = new String(bytes, StandardCharsets.UTF_8);
        }
        Matcher named = CLASS.matcher(json);
        while (named.find()) {
            String name = named.group(1);
            require(
                    name.startsWith("org.deeplearning4j.nn.") || name.startsWith("org.nd4j.linalg."),
                    place,
                    "names the class " + name + ", which is none of Deeplearning4j's networks; do not use this file");
        }
        try {
            ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
            require(
                    configuration.getVertices() != null
                            && !configuration.getVertices().isEmpty(),
                    place,
                    "is not a ComputationGraph; a MultiLayerNetwork is converted with its toComputationGraph()");
            return configuration;
        } catch (BadDataException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BadDataException(place, "is not a configuration of a ComputationGraph: " + e.getMessage(), e);
        }
    }

    private static INDArray coefficients(Path file, ZipFile zip, long parameters) throws IOException {
        String place = file + "!" + COEFFICIENTS;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(entry(file, zip, COEFFICIENTS), 1 << 16))) {
            Header shape = header(in, place);
            require(shape.length() > 0 && shape.length() <= MAX_SHAPE_LONGS, place, "has an impossible shape");
            in.skipNBytes(shape.length() * shape.elementBytes(place));
            Header values = header(in, place);
            require(
                    values.length() == parameters,
                    place,
                    "has " + values.length() + " parameters, the card says " + parameters);
            require(values.type().equals("FLOAT"), place, "is of type " + values.type() + ", supported is FLOAT");
            INDArray array = floats(in, Math.toIntExact(parameters));
            require(in.read() < 0, place, "goes on after its " + parameters + " parameters");
            return array;
        } catch (EOFException e) {
            throw new BadDataException(place, "is truncated", e);
        }
    }

    private static Header header(DataInputStream in, String place) throws IOException {
        String mode = in.readUTF();
        require(mode.matches("[A-Z_]{1,40}"), place, "does not start as an array of Deeplearning4j");
        long length = OLD_MODES.contains(mode) ? in.readInt() : in.readLong();
        return new Header(length, in.readUTF());
    }

    private static INDArray floats(DataInputStream in, int count) throws IOException {
        float[] floats = new float[count];
        byte[] bytes = new byte[CHUNK_FLOATS * Float.BYTES];
        for (int done = 0; done < count; ) {
            int chunk = Math.min(CHUNK_FLOATS, count - done);
            in.readFully(bytes, 0, chunk * Float.BYTES);
            ByteBuffer.wrap(bytes).asFloatBuffer().get(floats, done, chunk);
            done += chunk;
        }
        return Nd4j.create(floats, new long[] {1, count}, 'c').castTo(DataType.FLOAT);
    }

    private static InputStream entry(Path file, ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        require(entry != null, file + "!" + name, "is not in the archive");
        return zip.getInputStream(entry);
    }

    private static void require(boolean condition, String place, String message) {
        if (!condition) {
            throw new BadDataException(place, message);
        }
    }

    /** The header of a buffer. */
    private record Header(long length, String type) {
        int elementBytes(String place) {
            return switch (type) {
                case "LONG" -> Long.BYTES;
                case "INT" -> Integer.BYTES;
                default -> throw new BadDataException(place, "its shape is of type " + type + ", expected LONG or INT");
            };
        }
    }
}
