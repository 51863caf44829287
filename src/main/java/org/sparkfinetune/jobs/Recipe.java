package org.sparkfinetune.jobs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.ModelCard;

/** One file under spark-jobs/: everything about a job but the cluster it runs on. */
public sealed interface Recipe
        permits ShardRecipe, FinetuneRecipe, LrFindRecipe, EvaluateRecipe, TableRecipe, SimilarRecipe, ExportRecipe {

    /** The kind of job, as the file says it. */
    String kind();

    /** Folder of the result. */
    String output();

    /** Folders and files that must be there before the job starts, as the recipe names them. */
    List<String> reads();

    /** The card whose network the job runs, where it names one. */
    default Optional<ModelCard> card() {
        return Optional.empty();
    }

    /** Whether the published weights of the card are needed. */
    default boolean wantsWeights() {
        return card().isPresent();
    }

    /** Checks what needs no data: models, layers, combinations of keys. Reports every problem at once. */
    void validate(YamlFile file);

    /**
     * Does the work; the output is whole when this returns.
     *
     * @throws org.sparkfinetune.check.FinetuneException when the recipe, its input or the file systems are to blame
     */
    default RunReport run(JobContext context) {
        try (WatchedJob job = new WatchedJob(this, context)) {
            return job.run();
        }
    }

    /** As {@link #run}, with failures as Spark and Hadoop report them. */
    RunReport work(JobContext context);

    /** Every kind of job and the record of its keys, in the order of the work. */
    static Map<String, Class<? extends Record>> kinds() {
        Map<String, Class<? extends Record>> types = new LinkedHashMap<>();
        types.put("shard", ShardRecipe.class);
        types.put("finetune", FinetuneRecipe.class);
        types.put("lr-find", LrFindRecipe.class);
        types.put("evaluate", EvaluateRecipe.class);
        types.put("extract", ExtractRecipe.class);
        types.put("predict", PredictRecipe.class);
        types.put("similar", SimilarRecipe.class);
        types.put("export", ExportRecipe.class);
        return types;
    }

    /**
     * Binds a file to the recipe of its {@code kind}.
     *
     * @throws InvalidRequestException with every problem of the file
     */
    static Recipe read(YamlFile file) {
        Map<String, Class<? extends Record>> types = kinds();
        String kind = file.text("kind").orElse("");
        if (!types.containsKey(kind)) {
            throw new InvalidRequestException(
                    file.place("kind"),
                    "is \"" + kind + "\", allowed are " + types.keySet() + Suggestion.didYouMean(kind, types.keySet()));
        }
        Recipe recipe = (Recipe) file.bind(types.get(kind));
        recipe.validate(file);
        return recipe;
    }
}
