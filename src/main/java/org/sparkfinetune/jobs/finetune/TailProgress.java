package org.sparkfinetune.jobs.finetune;

import java.util.Locale;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.RoundProgress;

/**
 * Progress of one stage: one line per epoch, and the time left until its last epoch.
 *
 * @param progress receiver of the figures of rounds and epochs
 * @param stage counter of the examples of all epochs that are left
 * @param epochs number of epochs when the stage is finished, including those of earlier stages
 * @param resumedAt number of epochs that earlier stages or an earlier run trained
 * @param examples number of examples in an epoch
 */
record TailProgress(Progress progress, Progress.Phase stage, int epochs, int resumedAt, long examples)
        implements AutoCloseable {

    static TailProgress start(Progress progress, TrainingStage stage, int epochs, int resumedAt, long examples) {
        return new TailProgress(
                progress,
                progress.start("train " + stage.name(), (epochs - resumedAt) * examples, "examples"),
                epochs,
                resumedAt,
                examples);
    }

    /** @param epoch 1-based number of the epoch that begins */
    void begins(int epoch) {
        progress.doing("epoch " + epoch + " of " + epochs);
    }

    void round(RoundProgress round) {
        progress.onEvent(new JobEvent.Round(
                round.epoch(),
                epochs,
                round.round(),
                round.rounds(),
                round.loss(),
                (round.epoch() - 1) * examples + round.examplesDone(),
                round.took().toMillis() / 1000.0));
        stage.done(
                (round.epoch() - 1 - resumedAt) * examples + round.examplesDone(),
                String.format(
                        Locale.ROOT,
                        "epoch %d of %d, round %d of %d, loss %.4f",
                        round.epoch(),
                        epochs,
                        round.round(),
                        round.rounds(),
                        round.loss()));
    }

    void epoch(RunReport.Epoch epoch) {
        progress.onEvent(new JobEvent.Epoch(epoch, epochs, epoch.epoch() * examples));
        String validation = epoch.validationLoss() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", validation loss %.4f, accuracy %.3f",
                        epoch.validationLoss(),
                        epoch.validationAccuracy());
        stage.note(String.format(
                Locale.ROOT,
                "epoch %d of %d: %d rounds, loss %.4f, accuracy %.3f%s, %.1f pictures/s",
                epoch.epoch(),
                epochs,
                epoch.rounds(),
                epoch.loss(),
                epoch.accuracy(),
                validation,
                epoch.imagesPerSecond()));
    }

    /** Reports what would make the epochs faster. */
    void hint(String text) {
        stage.note("hint: " + text);
    }

    @Override
    public void close() {
        stage.close();
    }
}
