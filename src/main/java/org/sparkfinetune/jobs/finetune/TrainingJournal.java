package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.finetune.options.EarlyStopping;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;
import org.sparkfinetune.train.checkpoint.Checkpoints;

/**
 * The state that a run keeps on disk while it trains: checkpoints, the figures of each epoch, the number of the best
 * one.
 */
final class TrainingJournal {
    private final JobContext context;
    private final FinetuneRecipe recipe;
    private final Path folder;
    private final String fingerprint;
    private final Checkpoints checkpoints;
    private final EpochHistory history;

    /**
     * @param folder folder of the checkpoints
     * @param fingerprint fingerprint of everything that decides the result of an epoch
     */
    TrainingJournal(JobContext context, FinetuneRecipe recipe, Path folder, String fingerprint) {
        this.context = context;
        this.recipe = recipe;
        this.folder = folder;
        this.fingerprint = fingerprint;
        this.checkpoints = new Checkpoints(
                context.hadoop(),
                folder,
                fingerprint,
                recipe.tuning().training().keepCheckpoints());
        this.history = new EpochHistory(context.files(folder), folder);
    }

    /**
     * Returns the newest checkpoint if this training may resume from it; otherwise removes all, which would mix with
     * new ones.
     *
     * @param epochs greatest number of epochs of all stages
     */
    Optional<Checkpoint> resume(int epochs) {
        Optional<Checkpoint> found =
                newest().filter(checkpoint -> checkpoint.epoch() + Math.min(1, checkpoint.rounds()) <= epochs);
        if (found.isEmpty()) {
            context.files(folder).delete(folder);
        }
        history.keepUpTo(found.map(Checkpoint::epoch).orElse(0));
        return found;
    }

    private Optional<Checkpoint> newest() {
        try {
            Checkpoints.Resume found = checkpoints.newest();
            found.warnings().forEach(context.progress()::tell);
            return found.checkpoint();
        } catch (InvalidRequestException e) {
            if (recipe.overwrite()) {
                context.progress().tell("starting over: the checkpoints in " + folder + " are of another recipe");
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The start of a training or of a stage; nothing is written. */
    Checkpoint beginning(Optional<Checkpoint> before, TrainingState state) {
        return new Checkpoint(
                fingerprint,
                recipe.tuning().seed(),
                state,
                before.map(Checkpoint::bestScore).orElse(Double.NaN),
                before.map(Checkpoint::bestEpoch).orElse(0));
    }

    /**
     * Writes the checkpoint of an epoch. The epoch is the best so far if its loss is the lowest, or if no examples are
     * held out.
     */
    Checkpoint keep(Checkpoint before, TrainingState state, RunReport.Epoch figures) {
        boolean unvalidated = figures.validationLoss() == null;
        double score = unvalidated ? figures.loss() : figures.validationLoss();
        boolean best = unvalidated || before.bestEpoch() == 0 || score < before.bestScore();
        Checkpoint after = new Checkpoint(
                fingerprint,
                recipe.tuning().seed(),
                state,
                best ? score : before.bestScore(),
                best ? figures.epoch() : before.bestEpoch());
        // The history first: a checkpoint without its history would lose an epoch of the report.
        history.add(figures);
        checkpoints.write(after);
        return after;
    }

    /** Writes a checkpoint within an epoch, if one is due. */
    void keep(Checkpoint before, TrainingState state, RoundProgress round) {
        int every = recipe.tuning().training().checkpointEveryRounds();
        if (every > 0 && round.round() % every == 0 && round.round() < round.rounds()) {
            checkpoints.write(
                    new Checkpoint(fingerprint, recipe.tuning().seed(), state, before.bestScore(), before.bestEpoch()));
        }
    }

    /** The checkpoint of the best epoch. */
    Checkpoint best(Checkpoint current) {
        return current.epoch() == current.bestEpoch() && current.rounds() == 0
                ? current
                : checkpoints.of(current.bestEpoch());
    }

    /** Figures of all epochs so far. */
    List<RunReport.Epoch> epochs() {
        return history.epochs();
    }

    /** Figures of a stage's epochs so far. */
    List<RunReport.Epoch> epochs(TrainingStage stage) {
        return history.epochs().stream()
                .filter(epoch -> epoch.stage() == stage.number())
                .toList();
    }

    /** The 1-based number of the stage that an epoch belongs to. */
    int stageOf(int epoch) {
        return history.epochs().get(epoch - 1).stage();
    }

    /**
     * Whether a checkpoint was written in a stage.
     *
     * @param stage the first stage that is not finished, or an earlier one
     */
    boolean belongsTo(Checkpoint checkpoint, TrainingStage stage) {
        return checkpoint.rounds() > 0 || stageOf(checkpoint.epoch()) == stage.number();
    }

    /** Whether a stage has trained all its epochs, or has stopped improving. */
    boolean finished(TrainingStage stage) {
        List<RunReport.Epoch> epochs = epochs(stage);
        EarlyStopping stopping = recipe.tuning().training().earlyStopping();
        return epochs.size() >= stage.epochs()
                || stopping.wanted()
                        && new LossTrend(losses(epochs), stopping.improvement()).epochsWithoutImprovement()
                                >= stopping.patience();
    }

    /** How often the loss of a stage has stayed on a plateau. */
    int plateaus(TrainingStage stage) {
        return new LossTrend(losses(epochs(stage)), 0)
                .plateaus(recipe.tuning().training().schedule().patience());
    }

    private static List<Double> losses(List<RunReport.Epoch> epochs) {
        return epochs.stream()
                .map(epoch -> epoch.validationLoss() == null ? epoch.loss() : epoch.validationLoss())
                .toList();
    }
}
