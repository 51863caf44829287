package org.sparkfinetune.jobs;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.AveragingTrainer;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.Checkpoint;
import org.sparkfinetune.train.Checkpoints;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.Resume;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainedEpoch;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;

/**
 * Trains the tail epoch by epoch: train, score the held-out split, write a checkpoint. The best epoch is the one of the lowest
 * validation loss, or the last one when there is nothing to validate on. Goes on from the newest checkpoint when there is one.
 */
final class TailTraining {
    private static final int CHECKPOINTS_KEPT = 2;

    private final JobContext context;
    private final FinetuneRecipe recipe;
    private final TrunkActivations features;
    private final Path folder;
    private final Checkpoints checkpoints;
    private final EpochHistory history;
    private final String fingerprint;

    /** @param fingerprint of all that decides an epoch's result; the number of epochs is not part of it */
    TailTraining(
            JobContext context,
            FinetuneRecipe recipe,
            TrunkActivations features,
            JobOutput output,
            String fingerprint) {
        this.context = context;
        this.recipe = recipe;
        this.features = features;
        this.folder = output.published(RunFolder.CHECKPOINTS);
        this.checkpoints = new Checkpoints(context.hadoop(), folder, fingerprint, CHECKPOINTS_KEPT);
        this.history = new EpochHistory(context.files(folder), folder);
        this.fingerprint = fingerprint;
    }

    /**
     * Trains what is left to train.
     *
     * @param tail as it was cut, with its updater; left with the parameters of the best epoch
     * @param batcher makes its minibatches
     * @param examples in the training split
     * @param trunkSeconds spent on features, counted to the first epoch
     */
    RunReport.Training train(
            ComputationGraph tail, Batcher<LabelledActivations> batcher, long examples, double trunkSeconds) {
        TrainingOptions options = recipe.training();
        TrainingPlan plan = new TrainingPlan(
                recipe.seed(), options.workers(), options.batchSizePerWorker(), options.averagingFrequency());
        Optional<Checkpoint> resumed = resume();
        Checkpoint current = resumed.orElseGet(
                () -> new Checkpoint(fingerprint, recipe.seed(), TrainingState.of(tail), Double.NaN, 0));
        try (AveragingTrainer<LabelledActivations> trainer =
                        new AveragingTrainer<>(context.java(), tail, plan, batcher);
                TailProgress progress =
                        TailProgress.start(context.progress(), options.epochs(), current.epoch(), examples)) {
            while (current.epoch() < options.epochs()) {
                current = epoch(trainer, current, progress, current.epoch() == 0 ? trunkSeconds : 0);
            }
        }
        Checkpoint best = current.epoch() == current.bestEpoch() ? current : checkpoints.of(current.bestEpoch());
        best.state().applyTo(tail);
        return new RunReport.Training(
                history.epochs(),
                history.epochs().stream().mapToLong(RunReport.Epoch::examples).sum(),
                tail.numParams(),
                0,
                resumed.map(Checkpoint::epoch).orElse(null),
                current.bestEpoch());
    }

    /** The newest checkpoint that this training may go on from; any other would mix with those still to be written. */
    private Optional<Checkpoint> resume() {
        Optional<Checkpoint> found = newest().filter(
                        checkpoint -> checkpoint.epoch() <= recipe.training().epochs());
        if (found.isEmpty()) {
            context.files(folder).delete(folder);
        }
        history.keepUpTo(found.map(Checkpoint::epoch).orElse(0));
        return found;
    }

    private Optional<Checkpoint> newest() {
        try {
            Resume found = checkpoints.newest();
            found.warnings().forEach(context.progress()::tell);
            return found.checkpoint();
        } catch (InvalidRequestException e) {
            if (recipe.overwrite()) {
                context.progress().tell("begin anew: the checkpoints in " + folder + " are of another recipe");
                return Optional.empty();
            }
            throw e;
        }
    }

    private Checkpoint epoch(
            AveragingTrainer<LabelledActivations> trainer,
            Checkpoint before,
            TailProgress progress,
            double trunkSeconds) {
        long start = System.nanoTime();
        JavaPairRDD<Long, LabelledActivations> train = features.read(DatasetSchema.TRAIN);
        TrainedEpoch trained = trainer.trainEpoch(before.state(), train, progress.examples(), progress::round);
        Score training = trainer.score(trained.state(), train.values());
        Optional<Score> validation = validation(trainer, trained.state());
        double seconds = (System.nanoTime() - start) / 1e9 + trunkSeconds;
        RunReport.Epoch figures = figures(trained.result(), training, validation, seconds, trunkSeconds);
        Checkpoint after = keep(before, trained.state(), figures);
        progress.epoch(figures);
        return after;
    }

    private Optional<Score> validation(AveragingTrainer<LabelledActivations> trainer, TrainingState state) {
        if (features.counts().orElseThrow().getOrDefault(DatasetSchema.VALIDATION, 0L) == 0) {
            return Optional.empty();
        }
        JavaRDD<LabelledActivations> held =
                features.read(DatasetSchema.VALIDATION).values();
        return Optional.of(trainer.score(state, held));
    }

    private Checkpoint keep(Checkpoint before, TrainingState state, RunReport.Epoch figures) {
        boolean unvalidated = figures.validationLoss() == null;
        double score = unvalidated ? figures.loss() : figures.validationLoss();
        boolean best = unvalidated || before.bestEpoch() == 0 || score < before.bestScore();
        Checkpoint after = new Checkpoint(
                fingerprint,
                recipe.seed(),
                state,
                best ? score : before.bestScore(),
                best ? figures.epoch() : before.bestEpoch());
        // The history first: a checkpoint without its history would lose an epoch of the report.
        history.add(figures);
        checkpoints.write(after);
        return after;
    }

    private static RunReport.Epoch figures(
            EpochResult result, Score training, Optional<Score> validation, double seconds, double trunkSeconds) {
        return new RunReport.Epoch(
                result.epoch(),
                result.examples(),
                result.rounds(),
                result.loss(),
                training.accuracy(),
                validation.map(Score::loss).orElse(null),
                validation.map(Score::accuracy).orElse(null),
                seconds,
                trunkSeconds,
                result.examples() / seconds,
                result.bytesPerRound());
    }
}
