package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * Trains the stages of a run one after the other, each from the best epoch so far; a run without stages has one. The
 * best epoch is the one with the lowest validation loss, or the last one when no examples are held out. Resumes from
 * the newest checkpoint if there is one.
 */
final class StagedTraining {
    private final JobContext context;
    private final TrainingSetup setup;
    private final StageFeatures features;
    private final TrainingJournal journal;
    private final List<TrainingStage> stages;
    private final TrainingOptions options;

    StagedTraining(JobContext context, TrainingSetup setup, StageFeatures features, TrainingJournal journal) {
        this.context = context;
        this.setup = setup;
        this.features = features;
        this.journal = journal;
        this.stages = setup.stages();
        this.options = setup.recipe().tuning().training();
    }

    /**
     * Trains all stages that are not finished.
     *
     * @param whole network with its new head; has the parameters of the best epoch afterwards
     */
    RunReport.Training trainAllStages(ComputationGraph whole) {
        int epochs = stages.stream().mapToInt(TrainingStage::epochs).sum();
        Optional<Checkpoint> resumed = journal.resume(epochs);
        resumed.ifPresent(checkpoint -> context.progress()
                .tell("resume from the checkpoint of epoch " + checkpoint.epoch()
                        + (checkpoint.rounds() == 0 ? "" : " and " + checkpoint.rounds() + " rounds")));
        List<String> warnings = warnings();
        warnings.forEach(warning -> context.progress().warn(warning));
        Optional<Checkpoint> current = resumed;
        for (TrainingStage stage : stages) {
            if (!journal.finished(stage)) {
                current = Optional.of(trainStage(stage, whole, current));
            }
        }
        Checkpoint last = current.orElseThrow();
        joinBest(whole, last);
        return new RunReport.Training(
                journal.epochs(),
                journal.epochs().stream().mapToLong(RunReport.Epoch::examples).sum(),
                stages.get(stages.size() - 1).cut(whole).tailParameters(),
                whole.numParams(),
                resumed.map(Checkpoint::epoch).orElse(null),
                last.bestEpoch(),
                options.trainer().name().toLowerCase(Locale.ROOT),
                warnings.isEmpty() ? null : warnings);
    }

    private List<String> warnings() {
        return options.trainer().warnings(plan(), options, setup.description().pictures(Split.TRAIN));
    }

    private TrainingPlan plan() {
        return options.plan(setup.recipe().tuning().seed());
    }

    private Checkpoint trainStage(TrainingStage stage, ComputationGraph whole, Optional<Checkpoint> before) {
        before.filter(checkpoint -> checkpoint.bestEpoch() > 0).ifPresent(checkpoint -> joinBest(whole, checkpoint));
        NetworkCut cut = stage.cut(whole);
        ComputationGraph tail = setup.tail(cut, stage.layerDecay(), stage.learningRate());
        try (StageFeatures.Ready<?> examples = features.ofEpochs(stage, cut)) {
            return trainStageOn(examples, stage, tail, before);
        }
    }

    private <T> Checkpoint trainStageOn(
            StageFeatures.Ready<T> examples, TrainingStage stage, ComputationGraph tail, Optional<Checkpoint> before) {
        try (EpochTrainer<T> trainer = options.trainer().of(context.java(), tail, plan(), examples.batcher());
                TailProgress progress = progress(stage, epochs(before))) {
            StageRun<T> run = new StageRun<>(stage, examples, trainer, progress);
            // Overwritten epoch by epoch: the untrained parameters must not stay in memory until the training is over.
            Checkpoint current = start(stage, tail, before);
            while (!journal.finished(stage)) {
                current = trainEpoch(run, current);
            }
            return current;
        }
    }

    /** What the epochs of a stage have in common. */
    private record StageRun<T>(
            TrainingStage stage, StageFeatures.Ready<T> examples, EpochTrainer<T> trainer, TailProgress progress) {}

    /** Returns where the training of a stage begins, and releases the tail, which is needed only for that. */
    private Checkpoint start(TrainingStage stage, ComputationGraph tail, Optional<Checkpoint> before) {
        Checkpoint start = before.filter(checkpoint -> journal.belongsTo(checkpoint, stage))
                .orElseGet(
                        () -> journal.beginning(before, TrainingState.of(tail).afterEpochs(epochs(before))));
        Networks.release(tail);
        return start;
    }

    private static int epochs(Optional<Checkpoint> checkpoint) {
        return checkpoint.map(Checkpoint::epoch).orElse(0);
    }

    private TailProgress progress(TrainingStage stage, int epochsBefore) {
        int last = epochsBefore - journal.epochs(stage).size() + stage.epochs();
        return TailProgress.start(
                context.progress(),
                stage,
                last,
                epochsBefore,
                setup.description().pictures(Split.TRAIN));
    }

    /** Trains one epoch, scores the held-out split, writes a checkpoint. */
    private <T> Checkpoint trainEpoch(StageRun<T> run, Checkpoint before) {
        TrainingStage stage = run.stage();
        TailProgress progress = run.progress();
        boolean first = journal.epochs(stage).isEmpty();
        double trunkSeconds = first ? run.examples().trunkSeconds() : 0;
        long start = System.nanoTime();
        LearningRateSchedule schedule = schedule(stage, before.epoch(), progress.examples());
        progress.begins(before.epoch() + 1);
        TrainedEpoch trained = run.trainer()
                .trainEpoch(
                        before.state(),
                        run.examples().examples().train(before.epoch() + 1),
                        progress.examples(),
                        schedule,
                        listener(before, progress));
        EpochResult result = trained.result();
        Optional<Score> validation = run.examples().heldOut().score(run.trainer(), trained.state());
        double seconds = (System.nanoTime() - start) / 1e9 + trunkSeconds;
        RunReport.Epoch figures = new RunReport.Epoch(
                result.epoch(),
                stage.number(),
                stage.learningRate() * schedule.factor(before.epoch() * progress.examples()),
                result.examples(),
                result.rounds(),
                result.loss(),
                result.accuracy(),
                validation.map(Score::loss).orElse(null),
                validation.map(Score::accuracy).orElse(null),
                seconds,
                trunkSeconds,
                result.examples() / seconds,
                result.bytesPerRound(),
                result.layerByLayer().isEmpty()
                        ? RunReport.Engine.ONEDNN
                        : RunReport.Engine.layerByLayer(result.layerByLayer()));
        Checkpoint after = journal.keep(before, trained.state(), figures);
        progress.epoch(figures);
        if (first) {
            // Once per stage: its other epochs would give the same hint.
            result.hint().ifPresent(progress::hint);
        }
        return after;
    }

    private RoundListener listener(Checkpoint before, TailProgress progress) {
        return new RoundListener() {
            @Override
            public void roundDone(RoundProgress round) {
                progress.round(round);
            }

            @Override
            public void roundDone(RoundProgress round, TrainingState state) {
                progress.round(round);
                journal.keep(before, state, round);
            }
        };
    }

    private LearningRateSchedule schedule(TrainingStage stage, int epochsDone, long examples) {
        int epochsBefore = epochsDone - journal.epochs(stage).size();
        return options.schedule().of(epochsBefore, stage.epochs(), examples, journal.plateaus(stage));
    }

    /** Puts the parameters of the best epoch into the network, whichever stage it belongs to. */
    private void joinBest(ComputationGraph whole, Checkpoint current) {
        Checkpoint best = journal.best(current);
        TrainingStage stage = stages.get(journal.stageOf(best.epoch()) - 1);
        ComputationGraph tail = stage.cut(whole).tail();
        best.state().parameters().copyTo(tail.params());
        NetworkCut.joinInto(whole, tail);
        Networks.release(tail);
    }
}
