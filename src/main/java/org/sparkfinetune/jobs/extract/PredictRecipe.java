package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.EmbeddingTable.EmbeddingColumn;
import org.sparkfinetune.features.OutputColumn;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.card.ModelCard;

/** {@code kind: predict}: the most probable classes of pictures. */
public record PredictRecipe(
        @Key("Kind of job: predict") String kind,

        @Key("Folder of a dataset, or any input of shard: folder, table or tar of pictures")
        String input,

        @Key(value = "How an input that is not a dataset is read", defaultValue = "{}")
        SourceOptions source,

        @Key("Name of a card in model-zoo/, path of a card ending in .yaml, or folder of a finetune run")
        String model,

        @Key(value = "Number of classes kept for each picture, the most probable first", defaultValue = "5", min = 1)
        int top,

        @Key("Folder of the predictions") String output,

        @Key(value = "Limits of the size of a picture", defaultValue = "{}")
        PictureLimits limits,

        @Key(
                value = "Fraction of pictures that may be rejected before the job fails",
                defaultValue = "0.05",
                min = 0,
                max = 1)
        double maxRejectedFraction,

        @Key(value = "Replace the predictions of another recipe in the output folder", defaultValue = "false")
        boolean overwrite,

        @Key(value = "Keep the rows of pictures that are no longer in the input", defaultValue = "false")
        boolean keepRemoved,

        @Key(value = "How pictures are run through the network", defaultValue = "{}")
        InferenceOptions inference)
        implements TableRecipe {
    private static final String TABLE = "predictions";

    @Override
    public void validate(YamlFile file) {
        // The model may be a run that does not exist yet; it is opened when the job starts.
    }

    @Override
    public String tableName() {
        return TABLE;
    }

    @Override
    public Map<String, Object> outputs(ModelCard card) {
        return Map.of(card.head(), "top" + top);
    }

    @Override
    public Optional<EmbeddingColumn> embedding(ModelCard card) {
        return Optional.empty();
    }

    @Override
    public Also also() {
        return Also.NONE;
    }

    @Override
    public EmbeddingTable table(SourceModel model) {
        return new EmbeddingTable(List.of(new OutputColumn.TopClasses(
                TABLE, model.requireLayer("model", model.card().head()), top, model.labelNames())));
    }

    @Override
    public Job job(JobContext context) {
        return new TableJob(this, context);
    }
}
