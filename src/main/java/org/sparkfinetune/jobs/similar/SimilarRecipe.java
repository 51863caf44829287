package org.sparkfinetune.jobs.similar;

import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.features.similar.Metric;
import org.sparkfinetune.features.similar.NeighbourQuery;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;

/** {@code kind: similar}: nearest neighbours and near duplicates among embeddings. */
public record SimilarRecipe(
        @Key("Kind of job: similar") String kind,

        @Key("Folder of the embeddings, as the extract job made it")
        String embeddings,

        @Key(
                value = "Folder of other embeddings by the same model whose nearest neighbours in embeddings are"
                        + " searched; empty for embeddings itself",
                defaultValue = "''")
        String queries,

        @Key(
                value = "Column with the vectors: arrays of floats, or dense vectors of Spark ML",
                defaultValue = "embedding")
        String column,

        @Key(value = "Nearest neighbours of each picture; 0 for none", defaultValue = "10", min = 0, max = 1000)
        int neighbours,

        @Key(
                value = "Measure of similarity: cosine (the highest similarity, -1 to 1) or euclidean (the lowest"
                        + " distance)",
                defaultValue = "cosine")
        Metric metric,

        @Key(
                value = "Least cosine similarity of near duplicates among embeddings; 0 for none; 0.98 if absent, 0"
                        + " with queries",
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
                    "is " + duplicates + ", but groups are made within one table; remove duplicates or queries"));
        }
        if (duplicates == 0 && neighbours == 0) {
            problems.add(new Problem(
                    file.place("neighbours"), "is 0 and so is duplicates, so there is nothing to do; set one of them"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    @Override
    public Job job(JobContext context) {
        return new SimilarJob(this, context);
    }

    /** The neighbours and duplicates to find. */
    NeighbourQuery wanted() {
        return new NeighbourQuery(neighbours, metric, duplicates);
    }

    /**
     * The same as text for the fingerprint; must not change with the names of classes, so that results are found again.
     */
    String wantedText() {
        return "Wanted[neighbours=" + neighbours + ", metric=" + metric + ", duplicates=" + duplicates + "]";
    }
}
