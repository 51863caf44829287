package org.sparkfinetune.report.page;

import org.sparkfinetune.report.RunReport;

/** Speed of the job, and how its time was spent. */
final class TimeSection {
    private final PageWriter page;
    private final RunReport report;

    TimeSection(PageWriter page, RunReport report) {
        this.page = page;
        this.report = report;
    }

    void write() {
        if (report.throughput() == null && report.training() == null) {
            return;
        }
        page.section("time", "Time");
        if (report.training() != null) {
            training(report.training());
        }
        if (report.throughput() != null) {
            throughput(report.throughput());
        }
        page.endSection();
    }

    private void training(RunReport.Training training) {
        double trunk = training.epochs().stream()
                .mapToDouble(RunReport.Epoch::trunkSeconds)
                .sum();
        double all =
                training.epochs().stream().mapToDouble(RunReport.Epoch::seconds).sum();
        double epochs = Math.max(0, all - trunk);
        double rest = report.durationSeconds() - all;
        double whole = Math.max(report.durationSeconds(), all);
        int count = training.epochs().size();
        page.table("time of the run", "wall time", "seconds");
        share(
                "frozen trunk over the pictures, once" + (trunk == 0 ? " (reused from an earlier run)" : ""),
                trunk,
                whole);
        share(
                count + (count == 1 ? " epoch" : " epochs") + ": training rounds, scoring the validation split",
                epochs,
                whole);
        share("each epoch, on average", epochs / Math.max(1, count), whole);
        if (rest >= 0) {
            share("rest: weights, evaluation, model files, ONNX, report", rest, whole);
        }
        page.endTable();
        if (rest < 0 || training.resumedFromEpoch() != null) {
            page.paragraph("The run was interrupted: the seconds of an epoch are from the session that trained it.");
        }
    }

    private void throughput(RunReport.Throughput throughput) {
        page.paragraph(PageWriter.count(throughput.images()) + " pictures in "
                + PageWriter.number("%.1f", throughput.seconds()) + " s, "
                + PageWriter.number("%.1f", throughput.imagesPerSecond())
                + " pictures/s. Time of all tasks together:");
        double sum = throughput.decodeSeconds() + throughput.forwardSeconds() + throughput.writeSeconds();
        page.table("time of the tasks", "task time", "seconds");
        share("reading and decoding", throughput.decodeSeconds(), sum);
        share("network", throughput.forwardSeconds(), sum);
        share("writing", throughput.writeSeconds(), sum);
        page.endTable();
        if (throughput.takenOver() != null && throughput.takenOver() > 0) {
            page.paragraph(PageWriter.count(throughput.takenOver())
                    + " more pictures reused the row of an identical picture and were not run through the network.");
        }
    }

    private void share(String what, double seconds, double whole) {
        page.row(what, PageWriter.bar(whole > 0 ? seconds / whole : 0, PageWriter.number("%.1f", seconds)));
    }
}
