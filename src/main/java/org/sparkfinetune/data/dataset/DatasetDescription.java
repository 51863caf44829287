package org.sparkfinetune.data.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.data.picture.ResizePolicy;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * {@code dataset.json}: the content of a dataset and how it was written. It is written last, so a dataset that has it
 * is complete.
 *
 * @param formatVersion version of the layout, {@value #FORMAT_VERSION}
 * @param fingerprint SHA-256 of the format version and the recipe; equal fingerprints mean equal recipes
 * @param contentFingerprint text that changes with pictures, labels, splits and sizes, but not with names and places
 * @param source folder of the pictures
 * @param sourceFingerprint fingerprint of names, lengths and times of its files
 * @param seed seed of splits and order
 * @param labelNames label index to name
 * @param splits requested fractions
 * @param resize size of stored pictures
 * @param counts split to label name to number of pictures
 * @param totals numbers of files by outcome
 * @param rejectedByClass error class to number of files
 * @param classWeights label name to its weight in the loss, greater than 0, mean 1 over the training pictures; empty
 *     when every picture has the same weight. Training multiplies the loss of a picture by the weight of its label
 * @param quality problems of the collection
 * @param recipe all settings that decide the content
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

    /**
     * files = pictures + duplicates + conflicts + rejected.
     *
     * @param files number of files in the collection
     * @param pictures number of pictures in the splits
     * @param duplicates files that are dropped because an equal file of the same class is kept
     * @param conflicts files that are dropped because an equal file has another label; listed in {@code rejected/}
     * @param rejected files that are not usable as pictures
     */
    public record Totals(long files, long pictures, long duplicates, long conflicts, long rejected) {}

    /**
     * Quality problems of the collection.
     *
     * @param nearDuplicates pictures of different splits that look alike; they are kept
     * @param inSeveralSplits pictures that the collection has in more than one split; only the held-out one is kept
     */
    public record Quality(NearDuplicates nearDuplicates, long inSeveralSplits) {
        /** No quality problem found. */
        public static final Quality CLEAN = new Quality(NearDuplicates.NONE, 0);
    }

    public DatasetDescription {
        classWeights = classWeights == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(classWeights));
        quality = quality == null ? Quality.CLEAN : quality;
        labelNames = List.copyOf(labelNames);
        // Not Map.copyOf: the order of the splits is kept in the file.
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        rejectedByClass = Collections.unmodifiableMap(new TreeMap<>(rejectedByClass));
        recipe = Collections.unmodifiableMap(new TreeMap<>(recipe));
    }

    /**
     * Reads the description of a complete dataset.
     *
     * @throws BadDataException when it does not exist, cannot be parsed, or has another format version
     */
    public static DatasetDescription read(FileSystem fileSystem, Path dataset) {
        HadoopFiles files = new HadoopFiles(fileSystem);
        Path file = new Path(dataset, FILE_NAME);
        if (!files.exists(file)) {
            throw new BadDataException(
                    dataset.toString(),
                    "is not a whole dataset: it has no " + FILE_NAME
                            + "; make it first with a recipe of kind shard: scripts/submit"
                            + " spark-jobs/NAME.yaml --set output="
                            + dataset);
        }
        return parse(file.toString(), files.readText(file));
    }

    /** @param place file of the text, for messages */
    public static DatasetDescription parse(String place, String json) {
        DatasetDescription found;
        try {
            found = Json.parse(json, DatasetDescription.class);
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

    /** Returns the text of {@code dataset.json}. */
    public String toJson() {
        return Json.pretty(this) + "\n";
    }

    /** Returns the pictures of one split; 0 when it is empty. */
    public long pictures(Split split) {
        return counts.getOrDefault(split.key(), Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Pictures of one label in all splits together. */
    public long picturesOf(String labelName) {
        return counts.values().stream()
                .mapToLong(ofSplit -> ofSplit.getOrDefault(labelName, 0L))
                .sum();
    }

    /**
     * Returns a text that identifies the content of a dataset.
     *
     * @param contentHash hash of the pictures, their labels and splits
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
    public static Path splitFolder(Path dataset, Split split) {
        return new Path(dataset, split.folder());
    }
}
