package org.sparkfinetune.zoo.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.Json;

/**
 * Reads the weights of a TensorFlow.js layers model out of a .tgz: {@code model.json} lists groups of arrays; the bytes
 * of a group are its consecutive shards, float32, little-endian. Format:
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (WeightsManifestConfig).
 */
final class TfjsLayersModel {

    private TfjsLayersModel() {}

    /**
     * Returns all arrays by name, in the order of the file.
     *
     * @param entry path of {@code model.json} inside the archive; the shards are in the same folder
     * @throws BadDataException when anything is missing, damaged or not float32
     */
    static Map<String, NamedArray> read(Path archive, String entry) {
        String folder = entry.substring(0, entry.lastIndexOf('/') + 1);
        Map<String, byte[]> files = new TgzEntries().read(archive, name -> name.startsWith(folder));
        String place = archive + "!" + entry;
        JsonNode manifest = json(place, files.get(entry)).path("weightsManifest");
        if (!manifest.isArray() || manifest.isEmpty()) {
            throw new BadDataException(place, "has no weightsManifest, so it is not a TensorFlow.js layers model");
        }
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        for (JsonNode group : manifest) {
            List<InputStream> shards = new ArrayList<>();
            for (JsonNode path : group.path("paths")) {
                String shard = folder + path.asText();
                shards.add(new ByteArrayInputStream(required(archive + "!" + shard, files.get(shard))));
            }
            readGroup(place, group.path("weights"), new SequenceInputStream(Collections.enumeration(shards)), arrays);
        }
        return arrays;
    }

    /**
     * Returns the names of the classes by index.
     *
     * @param entry path inside the archive of a JSON object such as {@code {"0": "tench", "1": "goldfish"}}
     * @throws BadDataException when it is missing or its indices are not 0, 1, 2 and so on
     */
    static List<String> labels(Path archive, String entry) {
        String place = archive + "!" + entry;
        JsonNode names =
                json(place, new TgzEntries().read(archive, entry::equals).get(entry));
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            JsonNode name = names.path(String.valueOf(i));
            if (!name.isTextual()) {
                throw new BadDataException(place, "has no name for class " + i + " of " + names.size());
            }
            labels.add(name.asText());
        }
        return List.copyOf(labels);
    }

    private static void readGroup(String place, JsonNode weights, InputStream shards, Map<String, NamedArray> arrays) {
        try {
            for (JsonNode weight : weights) {
                NamedArray array = array(place, weight, shards);
                if (arrays.put(array.name(), array) != null) {
                    throw new BadDataException(place, "has the array " + array.name() + " twice");
                }
            }
            if (shards.read() != -1) {
                throw new BadDataException(place, "its shards have more bytes than its arrays need");
            }
        } catch (IOException e) {
            throw new BadDataException(place, "its shards cannot be read: " + e.getMessage(), e);
        }
    }

    private static NamedArray array(String place, JsonNode weight, InputStream shards) throws IOException {
        String name = weight.path("name").asText();
        if (!weight.path("dtype").asText().equals("float32") || weight.has("quantization")) {
            throw new BadDataException(
                    place, "the array " + name + " is not plain float32, which is all that is supported: " + weight);
        }
        List<Long> sizes = new ArrayList<>();
        weight.path("shape").forEach(size -> sizes.add(size.asLong(-1)));
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        int length = length(place, name, shape);
        byte[] bytes = shards.readNBytes(length * Float.BYTES);
        if (bytes.length != length * Float.BYTES) {
            throw new BadDataException(place, "the shards end inside the array " + name);
        }
        float[] values = new float[length];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new NamedArray(name, shape, values);
    }

    /** Checks the shape before memory is allocated. */
    private static int length(String place, String name, long[] shape) {
        long length = 1;
        for (long size : shape) {
            if (size < 0 || size > TgzEntries.MAX_ENTRY_BYTES / Float.BYTES / Math.max(1, length)) {
                throw new BadDataException(place, "the array " + name + " has an impossible shape");
            }
            length *= size;
        }
        return (int) length;
    }

    private static JsonNode json(String place, byte[] content) {
        try {
            return Json.parse(required(place, content));
        } catch (IOException e) {
            throw new BadDataException(place, "is not JSON: " + e.getMessage(), e);
        }
    }

    private static byte[] required(String place, byte[] content) {
        if (content == null) {
            throw new BadDataException(place, "is not in the archive");
        }
        return content;
    }
}
