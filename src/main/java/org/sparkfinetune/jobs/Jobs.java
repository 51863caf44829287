package org.sparkfinetune.jobs;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.evaluate.EvaluateRecipe;
import org.sparkfinetune.jobs.export.ExportRecipe;
import org.sparkfinetune.jobs.extract.ExtractRecipe;
import org.sparkfinetune.jobs.extract.PredictRecipe;
import org.sparkfinetune.jobs.finetune.FinetuneRecipe;
import org.sparkfinetune.jobs.lrfind.LrFindRecipe;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.jobs.shard.ShardRecipe;
import org.sparkfinetune.jobs.similar.SimilarRecipe;

/** The kinds of jobs. Kinds do not know this list; {@link #read} finds the kind that a recipe file names. */
public final class Jobs {
    private Jobs() {}

    /** The record of the keys of each kind of job, in the order in which a user runs them. */
    public static Map<String, Class<? extends Record>> kinds() {
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
    public static Recipe read(YamlFile file) {
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
