package org.sparkfinetune.jobs.run;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.cluster.ProcessMemory;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.NetworkSize;

/**
 * One file under spark-jobs/: everything about a job except the cluster it runs on.
 *
 * <pre>{@code
 * Recipe recipe = Jobs.read(YamlFile.parse("finetune.yaml", text));
 * RunReport report = recipe.execute(new JobContext(spark, Progress.silent()));
 * }</pre>
 */
public interface Recipe {

    /** The kind of job, as in the file. */
    String kind();

    /** Folder of the result. */
    String output();

    /** Folders and files that must exist before the job starts, as the recipe names them. */
    List<String> reads();

    /** The card whose network the job runs, if it names one. */
    default Optional<ModelCard> card() {
        return Optional.empty();
    }

    /** Whether the job needs the published weights of the card. */
    default boolean wantsWeights() {
        return card().isPresent();
    }

    /**
     * Memory that the job needs in an executor, outside of Java's heap; empty if the network is not known before the
     * job starts.
     */
    default Optional<ProcessMemory> memory(ExecutorCores cores) {
        return card().map(card -> forward(card, cores.tasks()));
    }

    /** Memory for running all layers of a network over a number of pictures at the same time. */
    static ProcessMemory forward(ModelCard card, long pictures) {
        NetworkSize size = NetworkSize.of(card, FreezeLadder.NONE);
        return ProcessMemory.ofProcess().withForward(size.parameters(), size.largestActivation(), pictures);
    }

    /** Checks what can be checked without data: models, layers, combinations of keys. Reports all problems at once. */
    void validate(YamlFile file);

    /**
     * Runs the job and forwards its progress to all listeners; the output is complete when this returns.
     *
     * @throws org.sparkfinetune.check.FinetuneException when the recipe, its input or a file system is at fault
     */
    default RunReport execute(JobContext context) {
        try (WatchedJob job = new WatchedJob(this, context)) {
            return job.run();
        }
    }

    /** The job of this recipe; {@link #execute} is how it is run. */
    Job job(JobContext context);
}
