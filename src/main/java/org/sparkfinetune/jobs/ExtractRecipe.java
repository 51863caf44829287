package org.sparkfinetune.jobs;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.PictureLimits;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.report.RunReport;

/** {@code kind: extract}: pictures to embeddings in Parquet. */
public record ExtractRecipe(
        @Key("Kind of job: extract") String kind,

        @Key("Folder of a dataset, or whatever shard takes: folder, table or tar of pictures")
        String input,

        @Key(value = "How an input that is no dataset is to be read", defaultValue = "{}")
        SourceOptions source,

        @Key("Name of a card in model-zoo/, path of a card ending in .yaml, or folder of a finetune run")
        String model,

        @Key(value = "Layer whose activations are the embedding; empty for the card's own", defaultValue = "''")
        String layer,

        @Key("Folder of the embeddings") String output,

        @Key(value = "What a picture may cost at most", defaultValue = "{}")
        PictureLimits limits,

        @Key(
                value = "Share of pictures that may be refused before the job fails",
                defaultValue = "0.05",
                min = 0,
                max = 1)
        double maxRejectedFraction,

        @Key(value = "Replace the embeddings of another recipe in the output folder", defaultValue = "false")
        boolean overwrite,

        @Key(value = "How pictures are run through the network", defaultValue = "{}")
        InferenceOptions inference)
        implements Recipe {

    @Override
    public void validate(YamlFile file) {
        // The model may be a run that an earlier job is still to make: looked up when the job starts.
    }

    @Override
    public RunReport work(JobContext context) {
        return new ExtractJob(this, context).run();
    }
}
