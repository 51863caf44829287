package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.PictureLimits;
import org.sparkfinetune.data.ResizePolicy;
import org.sparkfinetune.data.SplitFractions;
import org.sparkfinetune.report.RunReport;

/**
 * Settings of a {@link ShardJob}: class folders in, dataset out.
 *
 * @param input folder with one folder a class
 * @param output folder of the dataset
 */
public record ShardRecipe(
        @Key("Kind of the job: shard") String kind,

        @Key("Folder with one folder of pictures a class, on any Hadoop file system")
        String input,

        @Key("Folder of the dataset, new or empty") String output,

        @Key(value = "Decides the splits and the order of the pictures", defaultValue = "42")
        long seed,

        @Key(value = "How the pictures of each class are dealt to the splits", defaultValue = "{}")
        SplitFractions splits,

        @Key(value = "Whether large pictures are stored smaller", defaultValue = "{}")
        ResizePolicy resize,

        @Key(value = "What a picture may cost at most", defaultValue = "{}")
        PictureLimits limits,

        @Key(
                value = "Part of the files that may be unusable before the job fails",
                defaultValue = "0.05",
                min = 0,
                max = 1)
        double maxRejectedFraction,

        @Key(value = "Aim for the size of a Parquet file, in bytes", defaultValue = "134217728", min = 1)
        long targetShardBytes,

        @Key(value = "Whether a dataset of another recipe in the output folder is replaced", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    public static final String KIND = "shard";

    public ShardRecipe {
        if (!KIND.equals(kind)) {
            throw new IllegalArgumentException("kind is \"" + kind + "\", a shard recipe has kind: shard");
        }
        requireText("input", input);
        requireText("output", output);
    }

    @Override
    public void validate(YamlFile file) {
        // Nothing of it depends on another key; the folders are looked at when the job starts.
    }

    @Override
    public RunReport work(JobContext context) {
        return new ShardJob(this, context).run();
    }

    /** Every setting that decides what the dataset holds, dotted key to value. */
    Map<String, Object> content(String qualifiedInput) {
        Map<String, Object> content = new TreeMap<>();
        content.put("input", qualifiedInput);
        content.put("seed", String.valueOf(seed));
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
