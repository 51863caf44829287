package org.sparkfinetune.jobs.similar;

import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.features.similar.Metric;
import org.sparkfinetune.features.similar.Wanted;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.RunReport;

/** {@code kind: similar}: nearest neighbours and near duplicates among embeddings. */
public record SimilarRecipe(
        @Key("Kind of job: similar") String kind,

        @Key("Folder of the embeddings, as the extract job made it")
        String embeddings,

        @Key(
                value =
                        "Folder of other embeddings by the same model, whose nearest neighbours in embeddings are looked for; empty for embeddings itself",
                defaultValue = "''")
        String queries,

        @Key(
                value = "Column with the vectors: arrays of floats, or dense vectors of Spark ML",
                defaultValue = "embedding")
        String column,

        @Key(value = "Nearest neighbours of each picture; 0 for none", defaultValue = "10", min = 0, max = 1000)
        int neighbours,

        @Key(
                value = "What near means: cosine (the highest similarity, -1 to 1) or euclidean (the lowest distance)",
                defaultValue = "cosine")
        Metric metric,

        @Key(
                value =
                        "Cosine similarity from which on two pictures of embeddings are near duplicates; 0 for none; 0.98 when absent, 0 with queries",
                defaultValue = Key.OPTIONAL,
                min = 0,
                max = 1)
        Double duplicates,

        @Key("Folder of the result: neighbours and groups") String output,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    private static final double USUAL_THRESHOLD = 0.98;

    public SimilarRecipe {
        if (duplicates == null) {
            duplicates = queries.isEmpty() ? USUAL_THRESHOLD : 0;
        }
    }

    @Override
    public List<String> reads() {
        return queries.isEmpty() ? List.of(embeddings) : List.of(embeddings, queries);
    }

    @Override
    public void validate(YamlFile file) {
        List<Problem> problems = new ArrayList<>();
        if (duplicates > 0 && !queries.isEmpty()) {
            problems.add(new Problem(
                    file.place("duplicates"),
                    "is " + duplicates + ", but groups are those of one table; remove it, or queries"));
        }
        if (duplicates == 0 && neighbours == 0) {
            problems.add(new Problem(
                    file.place("neighbours"),
                    "is 0 and no duplicates are looked for, so there is nothing to do; set one of them"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    @Override
    public RunReport work(JobContext context) {
        return new SimilarJob(this, context).run();
    }

    /** What is looked for. */
    Wanted wanted() {
        return new Wanted(neighbours, metric, duplicates);
    }
}
