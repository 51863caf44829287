package org.sparkfinetune.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sparkfinetune.report.RunReport;

/** The course of a training: curves, and one line per epoch. */
final class TrainingSection {
    private final PageWriter page;
    private final RunReport.Training training;

    TrainingSection(PageWriter page, RunReport.Training training) {
        this.page = page;
        this.training = training;
    }

    void write() {
        page.section("training", "Training")
                .paragraph("The best epoch, " + training.bestEpoch() + ", is the model. "
                        + PageWriter.count(training.trainableParameters()) + " of "
                        + PageWriter.count(training.totalParameters()) + " parameters were trained, on "
                        + PageWriter.count(training.examplesTrained()) + " examples over all epochs."
                        + (training.resumedFromEpoch() == null
                                ? ""
                                : " The run was interrupted and resumed after epoch " + training.resumedFromEpoch()
                                        + "."));
        page.charts(charts());
        epochs();
        page.endSection();
    }

    private List<LineChart> charts() {
        LineChart loss = chart("Loss")
                .line("training", epochNumbers(), values(RunReport.Epoch::loss))
                .line("validation", epochNumbers(), values(RunReport.Epoch::validationLoss));
        LineChart accuracy = chart("Accuracy")
                .line("training", epochNumbers(), values(RunReport.Epoch::accuracy))
                .line("validation", epochNumbers(), values(RunReport.Epoch::validationAccuracy));
        LineChart rate = chart("Learning rate of the head")
                .line("at the beginning of the epoch", epochNumbers(), values(RunReport.Epoch::learningRate))
                .vertical(value -> PageWriter.number("%.2g", value));
        List<LineChart> charts = new ArrayList<>(List.of(loss, accuracy, rate));
        charts.forEach(this::mark);
        return charts;
    }

    private static LineChart chart(String title) {
        return new LineChart(title, "epoch").wholeNumbers();
    }

    private void mark(LineChart chart) {
        chart.best("best epoch, " + training.bestEpoch(), training.bestEpoch());
        List<RunReport.Epoch> epochs = training.epochs();
        for (int i = 1; i < epochs.size(); i++) {
            if (epochs.get(i).stage() != epochs.get(i - 1).stage()) {
                chart.boundary("a stage ends", epochs.get(i - 1).epoch() + 0.5);
            }
        }
    }

    private double[] epochNumbers() {
        return training.epochs().stream().mapToDouble(RunReport.Epoch::epoch).toArray();
    }

    private double[] values(Function<RunReport.Epoch, Double> figure) {
        return training.epochs().stream()
                .map(figure)
                .mapToDouble(value -> value == null ? Double.NaN : value)
                .toArray();
    }

    private void epochs() {
        page.heading("Epochs")
                .table(
                        "epochs",
                        "epoch",
                        "stage",
                        "learning rate",
                        "rounds",
                        "loss",
                        "accuracy",
                        "validation loss",
                        "validation accuracy",
                        "seconds",
                        "pictures/s");
        for (RunReport.Epoch epoch : training.epochs()) {
            Object[] cells = {
                String.valueOf(epoch.epoch()),
                String.valueOf(epoch.stage()),
                PageWriter.number("%.3g", epoch.learningRate()),
                String.valueOf(epoch.rounds()),
                PageWriter.number("%.4f", epoch.loss()),
                PageWriter.number("%.3f", epoch.accuracy()),
                PageWriter.number("%.4f", epoch.validationLoss()),
                PageWriter.number("%.3f", epoch.validationAccuracy()),
                PageWriter.number("%.2f", epoch.seconds()),
                PageWriter.number("%.1f", epoch.imagesPerSecond())
            };
            if (epoch.epoch() == training.bestEpoch()) {
                page.bestRow(cells);
            } else {
                page.row(cells);
            }
        }
        page.endTable();
    }
}
