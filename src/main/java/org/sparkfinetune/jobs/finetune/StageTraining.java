package org.sparkfinetune.jobs.finetune;

import java.util.Optional;
import java.util.function.Supplier;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainedEpoch;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;

/**
 * Trains the tail of one stage epoch by epoch: train, score the held-out split, write a checkpoint.
 *
 * @param trainer of the stage's tail
 * @param features that it is trained on
 * @param <T> an example
 */
record StageTraining<T>(
        Stage stage,
        TrainingOptions options,
        EpochTrainer<T> trainer,
        StageFeatures.Ready<T> features,
        TrainingJournal journal,
        TailProgress progress) {

    /**
     * Trains until the stage is finished.
     *
     * @param start asked once, and not kept
     */
    Checkpoint train(Supplier<Checkpoint> start) {
        Checkpoint current = start.get();
        while (!journal.finished(stage)) {
            current = epoch(current);
        }
        return current;
    }

    private Checkpoint epoch(Checkpoint before) {
        boolean first = journal.epochs(stage).isEmpty();
        double trunkSeconds = first ? features.trunkSeconds() : 0;
        long start = System.nanoTime();
        LearningRateSchedule schedule = schedule(before.epoch());
        progress.begins(before.epoch() + 1);
        TrainedEpoch trained = trainer.trainEpoch(
                before.state(),
                features.examples().train(before.epoch() + 1),
                progress.examples(),
                schedule,
                watcher(before));
        Optional<Score> validation = features.heldOut().score(trainer, trained.state());
        double seconds = (System.nanoTime() - start) / 1e9 + trunkSeconds;
        double rate = stage.learningRate() * schedule.factor(before.epoch() * progress.examples());
        RunReport.Epoch figures = figures(trained.result(), rate, validation, seconds, trunkSeconds);
        Checkpoint after = journal.keep(before, trained.state(), figures);
        progress.epoch(figures);
        if (first) {
            // Once a stage: its other epochs would say the same.
            trained.result().hint().ifPresent(progress::hint);
        }
        return after;
    }

    private RoundListener watcher(Checkpoint before) {
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

    private LearningRateSchedule schedule(int epochsDone) {
        int epochsBefore = epochsDone - journal.epochs(stage).size();
        return options.schedule().of(epochsBefore, stage.epochs(), progress.examples(), journal.plateaus(stage));
    }

    private RunReport.Epoch figures(
            EpochResult result, double learningRate, Optional<Score> validation, double seconds, double trunkSeconds) {
        return new RunReport.Epoch(
                result.epoch(),
                stage.number(),
                learningRate,
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
    }
}
