package org.sparkfinetune.jobs.evaluate;

import java.util.List;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;

/** {@code kind: evaluate}: how good is the model of a run, or of a card, on one split of a dataset. */
public record EvaluateRecipe(
        @Key("Kind of job: evaluate") String kind,

        @Key("Folder of the finetune run whose model is evaluated, or name or path of a card whose classes are the"
                + " dataset's")
        String run,

        @Key("Folder of the dataset, as the shard job made it")
        String dataset,

        @Key(value = "Split to evaluate on", defaultValue = "test")
        Split split,

        @Key("Folder of the result: report and predictions") String output,

        @Key(value = "How pictures are run through the network", defaultValue = "{}")
        InferenceOptions inference,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    @Override
    public List<String> reads() {
        return List.of(run, dataset);
    }

    @Override
    public void validate(YamlFile file) {
        // The model of a run fits its own card; whether the folders exist is checked when the job starts.
    }

    @Override
    public Job job(JobContext context) {
        return new EvaluateJob(this, context);
    }
}
