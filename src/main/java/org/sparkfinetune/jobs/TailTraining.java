package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.AveragingTrainer;
import org.sparkfinetune.train.Checkpoint;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.zoo.FreezeLadder;
import org.sparkfinetune.zoo.HeadSpec;
import org.sparkfinetune.zoo.NetworkCut;
import org.sparkfinetune.zoo.Tail;
import org.sparkfinetune.zoo.TailSettings;

/**
 * Trains the stages of a run one after the other, each from the best epoch so far; a run without stages has one. The best epoch
 * is the one of the lowest validation loss, or the last one when there is nothing to validate on. Goes on from the newest
 * checkpoint when there is one.
 */
final class TailTraining {
    private final FinetuneRecipe recipe;
    private final StageFeatures features;
    private final TrainingJournal journal;
    private final FreezeLadder ladder;
    private final HeadSpec head;

    TailTraining(
            FinetuneRecipe recipe,
            StageFeatures features,
            TrainingJournal journal,
            FreezeLadder ladder,
            HeadSpec head) {
        this.recipe = recipe;
        this.features = features;
        this.journal = journal;
        this.ladder = ladder;
        this.head = head;
    }

    /**
     * Trains what is left to train.
     *
     * @param whole network with its new head; left with the parameters of the best epoch
     */
    RunReport.Training train(ComputationGraph whole, List<Stage> stages) {
        int epochs = stages.stream().mapToInt(Stage::epochs).sum();
        Optional<Checkpoint> resumed = journal.resume(epochs);
        resumed.ifPresent(checkpoint -> features.context()
                .progress()
                .tell("go on from the checkpoint of epoch " + checkpoint.epoch()
                        + (checkpoint.rounds() == 0 ? "" : " and " + checkpoint.rounds() + " rounds")));
        Optional<Checkpoint> current = resumed;
        for (Stage stage : stages) {
            if (!journal.finished(stage)) {
                current = Optional.of(train(stage, whole, stages, current));
            }
        }
        Checkpoint last = current.orElseThrow();
        joinBest(whole, stages, last);
        return new RunReport.Training(
                journal.epochs(),
                journal.epochs().stream().mapToLong(RunReport.Epoch::examples).sum(),
                trainable(whole, stages),
                whole.numParams(),
                resumed.map(Checkpoint::epoch).orElse(null),
                last.bestEpoch());
    }

    private Checkpoint train(Stage stage, ComputationGraph whole, List<Stage> stages, Optional<Checkpoint> before) {
        before.filter(checkpoint -> checkpoint.bestEpoch() > 0)
                .ifPresent(checkpoint -> joinBest(whole, stages, checkpoint));
        NetworkCut cut = cut(whole, stage);
        StageFeatures.Ready examples = features.of(stage, cut);
        ComputationGraph tail = tail(cut, stage);
        Checkpoint start = before.filter(checkpoint -> journal.isOf(checkpoint, stage))
                .orElseGet(
                        () -> journal.beginning(before, TrainingState.of(tail).afterEpochs(epochs(before))));
        TrainingOptions options = recipe.training();
        TrainingPlan plan = new TrainingPlan(
                recipe.seed(), options.workers(), options.batchSizePerWorker(), options.averagingFrequency());
        try (AveragingTrainer<LabelledActivations> trainer = new AveragingTrainer<>(
                        features.context().java(),
                        tail,
                        plan,
                        new ActivationBatcher(features.boundaryShapes(cut), head));
                TailProgress progress = progress(stage, start)) {
            return new StageTraining(stage, options, trainer, examples, journal, progress).train(start);
        }
    }

    private static int epochs(Optional<Checkpoint> checkpoint) {
        return checkpoint.map(Checkpoint::epoch).orElse(0);
    }

    private TailProgress progress(Stage stage, Checkpoint start) {
        int last = start.epoch() - journal.epochs(stage).size() + stage.epochs();
        return TailProgress.start(
                features.context().progress(),
                stage,
                last,
                start.epoch(),
                features.description().pictures(DatasetSchema.TRAIN));
    }

    private ComputationGraph tail(NetworkCut cut, Stage stage) {
        TrainingOptions options = recipe.training();
        TailSettings settings = new TailSettings(
                options.optimizer(stage.learningRate()),
                ladder.learningRateFactors(stage.layerDecay(), options.learningRateFactors()),
                options.clipGradientNorm(),
                options.classWeights().of(features.description()));
        ComputationGraph tail = cut.tail();
        String configuration =
                Tail.configure(tail.getConfiguration(), settings, recipe.seed()).toJson();
        return Tail.create(configuration, tail.params());
    }

    /** Puts the best epoch's parameters into the network, whichever stage it belongs to. */
    private void joinBest(ComputationGraph whole, List<Stage> stages, Checkpoint current) {
        Checkpoint best = journal.best(current);
        Stage stage = stages.get(journal.stageOf(best.epoch()) - 1);
        ComputationGraph tail = cut(whole, stage).tail();
        best.state().parameters().copyTo(tail.params());
        NetworkCut.joinInto(whole, tail);
    }

    private static NetworkCut cut(ComputationGraph whole, Stage stage) {
        return stage.freezePoint().equals(FreezeLadder.NONE)
                ? NetworkCut.nothingFrozen(whole)
                : NetworkCut.at(whole, stage.freezePoint());
    }

    private static long trainable(ComputationGraph whole, List<Stage> stages) {
        return cut(whole, stages.get(stages.size() - 1)).tail().numParams();
    }
}
