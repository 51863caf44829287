package org.sparkfinetune.jobs;

import java.util.Locale;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.RoundProgress;

/**
 * The training of a stage, so that the time left is that of all its epochs: a line an epoch.
 *
 * @param stage counts examples, those of all epochs that are still to do
 * @param epochs at its end, those of earlier stages included
 * @param resumedAt epochs that an earlier run has done
 * @param examples of an epoch
 */
record TailProgress(Progress.Stage stage, int epochs, int resumedAt, long examples) implements AutoCloseable {

    static TailProgress start(Progress progress, Stage stage, int epochs, int resumedAt, long examples) {
        return new TailProgress(
                progress.start("train " + stage.name(), (epochs - resumedAt) * examples, "examples"),
                epochs,
                resumedAt,
                examples);
    }

    void round(RoundProgress round) {
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
