package org.sparkfinetune.jobs;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.AveragingTrainer;
import org.sparkfinetune.train.Checkpoint;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainedEpoch;
import org.sparkfinetune.train.TrainingState;

/**
 * Trains the tail of one stage epoch by epoch: train, score the held-out split, write a checkpoint.
 *
 * @param trainer of the stage's tail
 * @param features that it is trained on
 */
record StageTraining(
        Stage stage,
        TrainingOptions options,
        AveragingTrainer<LabelledActivations> trainer,
        StageFeatures.Computed features,
        TrainingJournal journal,
        TailProgress progress) {

    /** Trains until the stage is finished. */
    Checkpoint train(Checkpoint before) {
        Checkpoint current = before;
        while (!journal.finished(stage)) {
            current = epoch(current);
        }
        return current;
    }

    private Checkpoint epoch(Checkpoint before) {
        boolean first = journal.epochs(stage).isEmpty();
        double trunkSeconds = first ? features.seconds() : 0;
        long start = System.nanoTime();
        LearningRateSchedule schedule = schedule(before.epoch());
        JavaPairRDD<Long, LabelledActivations> train = features.activations().read(DatasetSchema.TRAIN);
        TrainedEpoch trained =
                trainer.trainEpoch(before.state(), train, progress.examples(), schedule, progress::round);
        Score training = trainer.score(trained.state(), train.values());
        Optional<Score> validation = validation(trained.state());
        double seconds = (System.nanoTime() - start) / 1e9 + trunkSeconds;
        double rate = stage.learningRate() * schedule.factor(before.epoch() * progress.examples());
        RunReport.Epoch figures = figures(trained.result(), rate, training, validation, seconds, trunkSeconds);
        Checkpoint after = journal.keep(before, trained.state(), figures);
        progress.epoch(figures);
        return after;
    }

    private LearningRateSchedule schedule(int epochsDone) {
        int epochsBefore = epochsDone - journal.epochs(stage).size();
        return options.schedule().of(epochsBefore, stage.epochs(), progress.examples(), journal.plateaus(stage));
    }

    private Optional<Score> validation(TrainingState state) {
        if (features.activations().counts().orElseThrow().getOrDefault(DatasetSchema.VALIDATION, 0L) == 0) {
            return Optional.empty();
        }
        JavaRDD<LabelledActivations> held =
                features.activations().read(DatasetSchema.VALIDATION).values();
        return Optional.of(trainer.score(state, held));
    }

    private RunReport.Epoch figures(
            EpochResult result,
            double learningRate,
            Score training,
            Optional<Score> validation,
            double seconds,
            double trunkSeconds) {
        return new RunReport.Epoch(
                result.epoch(),
                stage.number(),
                learningRate,
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
