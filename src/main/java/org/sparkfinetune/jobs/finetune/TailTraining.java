package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.jobs.finetune.options.TrainerKind;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * Trains the stages of a run one after the other, each from the best epoch so far; a run without stages has one. The best epoch
 * is the one of the lowest validation loss, or the last one when there is nothing to validate on. Goes on from the newest
 * checkpoint when there is one.
 */
public final class TailTraining {
    private final JobContext context;
    private final TrainingSetup setup;
    private final StageFeatures features;
    private final TrainingJournal journal;
    private final List<Stage> stages;

    TailTraining(JobContext context, TrainingSetup setup, StageFeatures features, TrainingJournal journal) {
        this.context = context;
        this.setup = setup;
        this.features = features;
        this.journal = journal;
        this.stages = setup.stages();
    }

    /**
     * Trains what is left to train.
     *
     * @param whole network with its new head; left with the parameters of the best epoch
     */
    RunReport.Training train(ComputationGraph whole) {
        int epochs = stages.stream().mapToInt(Stage::epochs).sum();
        Optional<Checkpoint> resumed = journal.resume(epochs);
        resumed.ifPresent(checkpoint -> context.progress()
                .tell("go on from the checkpoint of epoch " + checkpoint.epoch()
                        + (checkpoint.rounds() == 0 ? "" : " and " + checkpoint.rounds() + " rounds")));
        List<String> warnings = warnings();
        warnings.forEach(warning -> context.progress().warn(warning));
        Optional<Checkpoint> current = resumed;
        for (Stage stage : stages) {
            if (!journal.finished(stage)) {
                current = Optional.of(train(stage, whole, current));
            }
        }
        Checkpoint last = current.orElseThrow();
        joinBest(whole, last);
        return new RunReport.Training(
                journal.epochs(),
                journal.epochs().stream().mapToLong(RunReport.Epoch::examples).sum(),
                trainable(whole),
                whole.numParams(),
                resumed.map(Checkpoint::epoch).orElse(null),
                last.bestEpoch(),
                name(setup.recipe().training().trainer()),
                warnings.isEmpty() ? null : warnings);
    }

    private List<String> warnings() {
        TrainingOptions options = setup.recipe().training();
        long examples = setup.description().pictures(DatasetSchema.TRAIN);
        return options.trainer().warnings(options.plan(setup.recipe().seed()), options, examples);
    }

    /** As it stands in a recipe. */
    private static String name(TrainerKind trainer) {
        return trainer.name().toLowerCase(Locale.ROOT);
    }

    private Checkpoint train(Stage stage, ComputationGraph whole, Optional<Checkpoint> before) {
        before.filter(checkpoint -> checkpoint.bestEpoch() > 0).ifPresent(checkpoint -> joinBest(whole, checkpoint));
        NetworkCut cut = cut(whole, stage);
        ComputationGraph tail = setup.tail(cut, stage.layerDecay(), stage.learningRate());
        try (StageFeatures.Ready<?> examples = features.ofEpochs(stage, cut)) {
            return train(stage, tail, examples, before);
        }
    }

    private <T> Checkpoint train(
            Stage stage, ComputationGraph tail, StageFeatures.Ready<T> examples, Optional<Checkpoint> before) {
        TrainingOptions options = setup.recipe().training();
        TrainingPlan plan = options.plan(setup.recipe().seed());
        try (EpochTrainer<T> trainer = options.trainer().of(context.java(), tail, plan, examples.batcher());
                TailProgress progress = progress(stage, epochs(before))) {
            // Not a variable, which would keep the untrained parameters until the training is over.
            return new StageTraining<>(stage, options, trainer, examples, journal, progress)
                    .train(() -> start(stage, tail, before));
        }
    }

    /** Where the training of a stage begins; the tail was needed for that, and is released. */
    private Checkpoint start(Stage stage, ComputationGraph tail, Optional<Checkpoint> before) {
        Checkpoint start = before.filter(checkpoint -> journal.isOf(checkpoint, stage))
                .orElseGet(
                        () -> journal.beginning(before, TrainingState.of(tail).afterEpochs(epochs(before))));
        Networks.release(tail);
        return start;
    }

    private static int epochs(Optional<Checkpoint> checkpoint) {
        return checkpoint.map(Checkpoint::epoch).orElse(0);
    }

    private TailProgress progress(Stage stage, int epochsBefore) {
        int last = epochsBefore - journal.epochs(stage).size() + stage.epochs();
        return TailProgress.start(
                context.progress(),
                stage,
                last,
                epochsBefore,
                setup.description().pictures(DatasetSchema.TRAIN));
    }

    /** Puts the best epoch's parameters into the network, whichever stage it belongs to. */
    private void joinBest(ComputationGraph whole, Checkpoint current) {
        Checkpoint best = journal.best(current);
        Stage stage = stages.get(journal.stageOf(best.epoch()) - 1);
        ComputationGraph tail = cut(whole, stage).tail();
        best.state().parameters().copyTo(tail.params());
        NetworkCut.joinInto(whole, tail);
        Networks.release(tail);
    }

    public static NetworkCut cut(ComputationGraph whole, Stage stage) {
        return stage.freezePoint().equals(FreezeLadder.NONE)
                ? NetworkCut.nothingFrozen(whole)
                : NetworkCut.at(whole, stage.freezePoint());
    }

    private long trainable(ComputationGraph whole) {
        return cut(whole, stages.get(stages.size() - 1)).tailParameters();
    }
}
