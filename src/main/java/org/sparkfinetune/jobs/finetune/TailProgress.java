package org.sparkfinetune.jobs.finetune;

import java.util.Locale;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.RoundProgress;

/**
 * The training of a stage, so that the time left is that of all its epochs: a line an epoch.
 *
 * @param progress told the figures of rounds and epochs
 * @param stage counts examples, those of all epochs that are still to do
 * @param epochs at its end, those of earlier stages included
 * @param resumedAt epochs that an earlier run has done
 * @param examples of an epoch
 */
record TailProgress(Progress progress, Progress.Stage stage, int epochs, int resumedAt, long examples)
        implements AutoCloseable {

    static TailProgress start(Progress progress, Stage stage, int epochs, int resumedAt, long examples) {
        return new TailProgress(
                progress,
                progress.start("train " + stage.name(), (epochs - resumedAt) * examples, "examples"),
                epochs,
                resumedAt,
                examples);
    }

    /** @param epoch 1-based, about to be trained */
    void begins(int epoch) {
        progress.doing("epoch " + epoch + " of " + epochs);
    }

    void round(RoundProgress round) {
        progress.happened(new JobEvent.Round(
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
        progress.happened(new JobEvent.Epoch(epoch, epochs, epoch.epoch() * examples));
        String validation = epoch.validationLoss() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", validation loss %.4f, accuracy %.3f",
                        epoch.validationLoss(),
                        epoch.validationAccuracy());
        stage.note(String.format(
                Locale.ROOT,
                "epoch %d of %d: %d rounds, loss %.4f, accuracy %.3f%s, %.1f images/s",
                epoch.epoch(),
                epochs,
                epoch.rounds(),
                epoch.loss(),
                epoch.accuracy(),
                validation,
                epoch.imagesPerSecond()));
    }

    /** What would make the epochs faster. */
    void hint(String text) {
        stage.note("hint: " + text);
    }

    @Override
    public void close() {
        stage.close();
    }
}
