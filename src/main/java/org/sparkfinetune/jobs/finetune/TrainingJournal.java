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
import org.sparkfinetune.train.checkpoint.Resume;

/** What a run keeps while it trains: checkpoints, the figures of each epoch, which epoch is the best. */
final class TrainingJournal {
    private final JobContext context;
    private final FinetuneRecipe recipe;
    private final Path folder;
    private final String fingerprint;
    private final Checkpoints checkpoints;
    private final EpochHistory history;

    /**
     * @param folder of the checkpoints
     * @param fingerprint of all that decides an epoch's result
     */
    TrainingJournal(JobContext context, FinetuneRecipe recipe, Path folder, String fingerprint) {
        this.context = context;
        this.recipe = recipe;
        this.folder = folder;
        this.fingerprint = fingerprint;
        this.checkpoints = new Checkpoints(
                context.hadoop(), folder, fingerprint, recipe.training().keepCheckpoints());
        this.history = new EpochHistory(context.files(folder), folder);
    }

    /**
     * The newest checkpoint that this training may go on from; any other would mix with those still to be written.
     *
     * @param epochs of the whole training, at most
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

    /** A training that begins, or a stage of it: nothing is written. */
    Checkpoint beginning(Optional<Checkpoint> before, TrainingState state) {
        return new Checkpoint(
                fingerprint,
                recipe.seed(),
                state,
                before.map(Checkpoint::bestScore).orElse(Double.NaN),
                before.map(Checkpoint::bestEpoch).orElse(0));
    }

    /** Writes the checkpoint of an epoch. It is the best when its loss is the lowest, or when nothing was held out. */
    Checkpoint keep(Checkpoint before, TrainingState state, RunReport.Epoch figures) {
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

    /** Writes a checkpoint in the middle of an epoch, when it is time for one. */
    void keep(Checkpoint before, TrainingState state, RoundProgress round) {
        int every = recipe.training().checkpointEveryRounds();
        if (every > 0 && round.round() % every == 0 && round.round() < round.rounds()) {
            checkpoints.write(
                    new Checkpoint(fingerprint, recipe.seed(), state, before.bestScore(), before.bestEpoch()));
        }
    }

    /** The best epoch's checkpoint. */
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
    List<RunReport.Epoch> epochs(Stage stage) {
        return history.epochs().stream()
                .filter(epoch -> epoch.stage() == stage.number())
                .toList();
    }

    /** Which stage an epoch belongs to, 1-based. */
    int stageOf(int epoch) {
        return history.epochs().get(epoch - 1).stage();
    }

    /**
     * Whether a checkpoint was taken in a stage.
     *
     * @param stage the first that is not finished, or one before it
     */
    boolean isOf(Checkpoint checkpoint, Stage stage) {
        return checkpoint.rounds() > 0 || stageOf(checkpoint.epoch()) == stage.number();
    }

    /** Whether a stage has had its epochs, or has stopped getting better. */
    boolean finished(Stage stage) {
        List<RunReport.Epoch> epochs = epochs(stage);
        EarlyStopping stopping = recipe.training().earlyStopping();
        return epochs.size() >= stage.epochs()
                || stopping.wanted()
                        && new LossTrend(losses(epochs), stopping.improvement()).epochsWithoutImprovement()
                                >= stopping.patience();
    }

    /** How often the loss of a stage has stayed on a plateau. */
    int plateaus(Stage stage) {
        return new LossTrend(losses(epochs(stage)), 0)
                .plateaus(recipe.training().schedule().patience());
    }

    private static List<Double> losses(List<RunReport.Epoch> epochs) {
        return epochs.stream()
                .map(epoch -> epoch.validationLoss() == null ? epoch.loss() : epoch.validationLoss())
                .toList();
    }
}
