package org.sparkfinetune.jobs.shard;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.ClassWeighting;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.SplitBy;
import org.sparkfinetune.data.dataset.SplitFractions;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.ResizePolicy;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;

/**
 * {@code kind: shard}: a dataset from a folder, table or tar of pictures.
 */
public record ShardRecipe(
        @Key("Kind of job: shard") String kind,

        @Key("Folder, table or tar of pictures, on any Hadoop file system")
        String input,

        @Key("Folder of the dataset: new, empty, or made by this recipe before; then new pictures are added")
        String output,

        @Key(value = "How the input is read", defaultValue = "{}")
        SourceOptions source,

        @Key(value = "Seed of the splits and of the order of the pictures", defaultValue = "42")
        long seed,

        @Key(value = "How the pictures of each class are assigned to the splits", defaultValue = "{}")
        SplitFractions splits,

        @Key(
                value = "rank: exact in each class, and a picture keeps its split; hash: by the picture alone, the"
                        + " same in every dataset",
                defaultValue = "rank")
        SplitBy splitBy,

        @Key(value = "Whether large pictures are stored in a smaller size", defaultValue = "{}")
        ResizePolicy resize,

        @Key(value = "Limits of the size of a picture", defaultValue = "{}")
        PictureLimits limits,

        @Key(
                value = "Fraction of the files that may be rejected before the job fails",
                defaultValue = "0.05",
                min = 0,
                max = 1)
        double maxRejectedFraction,

        @Key(value = "Approximate size of a Parquet file in bytes", defaultValue = "134217728", min = 1)
        long targetShardBytes,

        @Key(
                value = "Weights of the classes in the loss, written to dataset.json: none, or balanced (rare classes"
                        + " count more)",
                defaultValue = "none")
        ClassWeighting classWeights,

        @Key(value = "Keep the pictures whose files are no longer in the input", defaultValue = "false")
        boolean keepRemoved,

        @Key(
                value = "Replace a dataset of another recipe in the output folder, or one whose files have changed",
                defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    static final String KIND = "shard";

    public ShardRecipe {
        if (!KIND.equals(kind)) {
            throw new IllegalArgumentException("kind is \"" + kind + "\", a shard recipe has kind: shard");
        }
        requireText("input", input);
        requireText("output", output);
    }

    @Override
    public List<String> reads() {
        return List.of(input);
    }

    @Override
    public void validate(YamlFile file) {
        // No key depends on another; the folders are checked when the job starts.
    }

    @Override
    public Job job(JobContext context) {
        return new ShardJob(this, context);
    }

    /** All settings that decide the content of the dataset, by dotted key. */
    Map<String, Object> content(String qualifiedInput) {
        Map<String, Object> content = new TreeMap<>();
        content.put("input", qualifiedInput);
        content.put("seed", String.valueOf(seed));
        content.put("source.format", source.format().toString());
        content.put("source.root", source.root());
        content.put("source.columns", source.columns().toString());
        content.put("splitBy", splitBy.toString());
        content.put("classWeights", classWeights.toString());
        content.put("splits", List.of(splits.train(), splits.validation(), splits.test()));
        content.put("resize.shortSide", resize.shortSide());
        content.put("limits.maxPictureBytes", String.valueOf(limits.maxPictureBytes()));
        content.put("limits.maxPicturePixels", String.valueOf(limits.maxPicturePixels()));
        content.put("maxRejectedFraction", maxRejectedFraction);
        content.put("targetShardBytes", String.valueOf(targetShardBytes));
        return content;
    }

    /** SHA-256 over the format version and {@link #content}. */
    static String fingerprint(Map<String, Object> content) {
        return Sha256.of(DatasetDescription.FORMAT_VERSION + " " + new TreeMap<>(content));
    }

    private static void requireText(String key, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(key + " is empty; a folder such as data/photos is needed");
        }
    }
}
