package org.sparkfinetune.jobs.export;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/** {@code kind: export}: writes a network as an ONNX file for any runtime. */
public record ExportRecipe(
        @Key("Kind of job: export") String kind,

        @Key("Name of a card in model-zoo/, path of a card ending in .yaml, or folder of a finetune run")
        String model,

        @Key("Folder of the exported model") String output,

        @Key(value = "Last layer to export; empty for the whole network", defaultValue = "''")
        String layer,

        @Key(
                value = "Input of the exported network: float (prepared as the card says) or uint8 (red, green,"
                        + " blue from 0 to 255)",
                defaultValue = "float")
        OnnxInput input,

        @Key(value = "Replace another export in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    @Override
    public List<String> reads() {
        return SourceModel.isCard(model) ? List.of() : List.of(model);
    }

    @Override
    public Optional<ModelCard> card() {
        return SourceModel.isCard(model) ? Optional.of(ModelZoo.card(model)) : Optional.empty();
    }

    @Override
    public void validate(YamlFile file) {
        // The model may be a run that does not exist yet; it is opened when the job starts.
    }

    @Override
    public Job job(JobContext context) {
        return new ExportJob(this, context);
    }
}
