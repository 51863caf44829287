package org.sparkfinetune.data.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.picture.ResizePolicy;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * {@code dataset.json}: what a dataset holds and how it was made. Written last, so a folder that has it is whole.
 *
 * @param formatVersion of the layout, {@value #FORMAT_VERSION}
 * @param fingerprint SHA-256 of the format version and the recipe; equal fingerprints mean equal recipes
 * @param contentFingerprint changes when a picture, its label, its split or its size does; not with names and places
 * @param source the folder that the pictures came from
 * @param sourceFingerprint of names, lengths and times of the files in it
 * @param seed of splits and order
 * @param labelNames label index to name
 * @param splits the fractions that were asked for
 * @param resize how pictures were stored
 * @param counts split to label name to pictures
 * @param totals what became of the files
 * @param rejectedByClass error class to files
 * @param classWeights label name to its weight in the loss, greater than 0, mean 1 over the training pictures; empty when every
 *     picture counts the same. Whoever trains multiplies the loss of a picture by the weight of its label
 * @param quality what is remarkable about the collection
 * @param recipe every setting that decides the content
 */
public record DatasetDescription(
        int formatVersion,
        String fingerprint,
        String contentFingerprint,
        String source,
        String sourceFingerprint,
        long seed,
        List<String> labelNames,
        SplitFractions splits,
        ResizePolicy resize,
        Map<String, Map<String, Long>> counts,
        Totals totals,
        Map<String, Long> rejectedByClass,
        Map<String, Double> classWeights,
        Quality quality,
        Map<String, Object> recipe) {

    public static final int FORMAT_VERSION = 1;
    public static final String FILE_NAME = "dataset.json";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * files = pictures + duplicates + conflicts + rejected.
     *
     * @param files found in the collection
     * @param pictures in the splits
     * @param duplicates dropped because an equal file of the same class is kept
     * @param conflicts dropped because an equal file has another label; all of them are, and {@code rejected/} names them
     * @param rejected not usable as a picture
     */
    public record Totals(long files, long pictures, long duplicates, long conflicts, long rejected) {}

    /**
     * What is remarkable about the collection.
     *
     * @param nearDuplicates pictures of different splits that look alike; they are kept
     * @param inSeveralSplits pictures that the collection itself had in more than one split; they are in the one held out
     */
    public record Quality(NearDuplicates nearDuplicates, long inSeveralSplits) {
        /** Nothing is. */
        public static final Quality UNREMARKABLE = new Quality(NearDuplicates.NONE, 0);
    }

    public DatasetDescription {
        classWeights = classWeights == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(classWeights));
        quality = quality == null ? Quality.UNREMARKABLE : quality;
        labelNames = List.copyOf(labelNames);
        // Not Map.copyOf: the order of the splits is kept in the file.
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        rejectedByClass = Collections.unmodifiableMap(new TreeMap<>(rejectedByClass));
        recipe = Collections.unmodifiableMap(new TreeMap<>(recipe));
    }

    /**
     * Reads the description of a whole dataset.
     *
     * @throws BadDataException when there is none, it cannot be parsed, or a newer version wrote it
     */
    public static DatasetDescription read(FileSystem fileSystem, Path dataset) {
        HadoopFiles files = new HadoopFiles(fileSystem);
        Path file = new Path(dataset, FILE_NAME);
        if (!files.exists(file)) {
            throw new BadDataException(
                    dataset.toString(),
                    "is not a whole dataset: it has no " + FILE_NAME
                            + "; make it first with a recipe of kind shard: scripts/submit spark-jobs/NAME.yaml --set output="
                            + dataset);
        }
        return parse(file.toString(), files.readText(file));
    }

    /** @param place where the text is from, for messages */
    public static DatasetDescription parse(String place, String json) {
        DatasetDescription found;
        try {
            found = MAPPER.readValue(json, DatasetDescription.class);
        } catch (JsonProcessingException e) {
            throw new BadDataException(
                    place,
                    "is damaged (" + e.getOriginalMessage() + "); make the dataset again with overwrite: true",
                    e);
        }
        if (found.formatVersion != FORMAT_VERSION) {
            throw new BadDataException(
                    place,
                    "has format version " + found.formatVersion + ", this program knows " + FORMAT_VERSION
                            + "; make the dataset again with overwrite: true");
        }
        return found;
    }

    /** The text of {@code dataset.json}. */
    public String toJson() {
        try {
            return MAPPER.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a description is always JSON", e);
        }
    }

    /** Pictures of one split; 0 when it is empty. */
    public long pictures(String split) {
        return counts.getOrDefault(split, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Pictures of one label in some splits together. */
    public long pictures(String labelName, List<String> ofSplits) {
        return ofSplits.stream()
                .mapToLong(split -> counts.getOrDefault(split, Map.of()).getOrDefault(labelName, 0L))
                .sum();
    }

    /**
     * What tells the content of a dataset from that of others.
     *
     * @param contentHash of the pictures, their labels and splits
     */
    public static String contentFingerprint(
            long seed,
            SplitFractions splits,
            ResizePolicy resize,
            String contentHash,
            Map<String, Double> classWeights) {
        String weights = classWeights.isEmpty() ? "" : "\n" + classWeights;
        return Sha256.of(String.join("\n", String.valueOf(seed), splits.toString(), resize.toString(), contentHash)
                        + weights)
                .substring(0, 16);
    }

    /** The folder with the Parquet files of one split. */
    public static Path splitFolder(Path dataset, String split) {
        return new Path(dataset, DatasetSchema.folderOf(split));
    }
}
