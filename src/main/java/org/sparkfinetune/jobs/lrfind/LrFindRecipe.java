package org.sparkfinetune.jobs.lrfind;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.cluster.ProcessMemory;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.jobs.finetune.FinetuneRecipe;
import org.sparkfinetune.jobs.finetune.Tuning;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * {@code kind: lr-find}: searches the learning rate for a finetune recipe. Has the keys of that recipe, and the range
 * to search.
 */
public record LrFindRecipe(
        @Key("Kind of job: lr-find") String kind,

        @Key.Inline Tuning tuning,

        @Key(
                value = "The rates to try; training.learningRate, epochs, schedule and trainer have no effect here",
                defaultValue = "{}")
        SearchOptions search,

        @Key(value = "How pictures are run through the trunk", defaultValue = "{}")
        InferenceOptions inference,

        @Key(value = "As in a finetune recipe", defaultValue = "auto")
        CachePolicy cache,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    /** The finetune recipe that the rate is searched for. */
    FinetuneRecipe finetune() {
        return new FinetuneRecipe("finetune", tuning, inference, cache, overwrite);
    }

    /** The recipe without the keys that do not change the result. */
    LrFindRecipe comparable() {
        FinetuneRecipe same = finetune().comparable();
        return new LrFindRecipe(kind, same.tuning(), search, same.inference(), same.cache(), same.overwrite());
    }

    @Override
    public String output() {
        return tuning.output();
    }

    @Override
    public List<String> reads() {
        return finetune().reads();
    }

    @Override
    public Optional<ModelCard> card() {
        return finetune().card();
    }

    @Override
    public boolean wantsWeights() {
        return finetune().wantsWeights();
    }

    @Override
    public Optional<ProcessMemory> memory(ExecutorCores cores) {
        return finetune().memory(cores);
    }

    @Override
    public void validate(YamlFile file) {
        finetune().validate(file);
        if (!tuning.training().stages().isEmpty()) {
            throw new InvalidRequestException(
                    file.place("training.stages"),
                    "is set; rates are searched for one freezeUpTo at a time: remove the stages");
        }
        if (batchSize() > Integer.MAX_VALUE) {
            throw new InvalidRequestException(
                    file.place("training.batchSizePerWorker"),
                    tuning.training().batchSizePerWorker() + " for each of "
                            + tuning.training().workers() + " workers is a minibatch of " + batchSize()
                            + " examples, and a rate is tried with at most " + Integer.MAX_VALUE
                            + "; lower it, or training.workers");
        }
    }

    /** Examples in a minibatch of a trial: those of all workers. */
    long batchSize() {
        return (long) tuning.training().workers() * tuning.training().batchSizePerWorker();
    }

    @Override
    public Job job(JobContext context) {
        return new LrFindJob(this, context);
    }

    /** The learning rates to try, and for how long. */
    record SearchOptions(
            @Key(value = "Lowest learning rate", defaultValue = "0.00001", min = 1e-12, max = 1e6)
            double from,

            @Key(value = "Highest learning rate", defaultValue = "1", min = 1e-12, max = 1e6)
            double to,

            @Key(
                    value = "Number of rates, each larger than the one before by the same factor",
                    defaultValue = "11",
                    min = 2,
                    max = 1000)
            int candidates,

            @Key(
                    value = "Minibatches for each rate, of training.workers times batchSizePerWorker examples",
                    defaultValue = "60",
                    min = 1,
                    max = 1e6)
            int steps) {

        public SearchOptions {
            if (from >= to) {
                throw new IllegalArgumentException("from is " + from + " and to is " + to + "; from must be below to");
            }
        }

        /** The rates, lowest first. */
        List<Double> rates() {
            return IntStream.range(0, candidates)
                    .mapToObj(i -> from * StrictMath.pow(to / from, i / (candidates - 1.0)))
                    .toList();
        }
    }
}
