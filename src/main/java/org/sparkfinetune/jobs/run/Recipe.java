package org.sparkfinetune.jobs.run;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;

/** One file under spark-jobs/: everything about a job but the cluster it runs on. */
public interface Recipe {

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
}
