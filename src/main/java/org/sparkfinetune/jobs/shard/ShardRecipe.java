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
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.RunReport;

/**
 * Settings of a {@link ShardJob}: any collection of pictures in, dataset out.
 *
 * @param input folder, table or tar of pictures
 * @param output folder of the dataset
 */
public record ShardRecipe(
        @Key("Kind of the job: shard") String kind,

        @Key("Folder, table or tar of pictures, on any Hadoop file system")
        String input,

        @Key("Folder of the dataset: new, empty, or made by this recipe before; then what is new is added")
        String output,

        @Key(value = "How the input is to be read", defaultValue = "{}")
        SourceOptions source,

        @Key(value = "Decides the splits and the order of the pictures", defaultValue = "42")
        long seed,

        @Key(value = "How the pictures of each class are dealt to the splits", defaultValue = "{}")
        SplitFractions splits,

        @Key(
                value =
                        "rank: exact in each class, and a picture keeps its split; hash: by the picture alone, the same in every dataset",
                defaultValue = "rank")
        SplitBy splitBy,

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

        @Key(
                value =
                        "Weights of the classes in the loss, kept in dataset.json: none, or balanced (rare classes count more)",
                defaultValue = "none")
        ClassWeighting classWeights,

        @Key(
                value = "Whether pictures stay in the dataset when their files are gone from the input",
                defaultValue = "false")
        boolean keepRemoved,

        @Key(
                value =
                        "Whether a dataset in the output folder is replaced that another recipe made, or whose files have changed",
                defaultValue = "false")
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
    public List<String> reads() {
        return List.of(input);
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
