package org.sparkfinetune.report.page;

import org.sparkfinetune.report.RunReport;

/** How fast it went, and where the time went. */
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
        page.table("where the time of the run went", "wall time", "seconds");
        share(
                "frozen trunk over the pictures, once" + (trunk == 0 ? " (was kept from an earlier run)" : ""),
                trunk,
                whole);
        share(
                count + (count == 1 ? " epoch" : " epochs") + ": training rounds, scoring the validation split",
                epochs,
                whole);
        share("each epoch, on average", epochs / Math.max(1, count), whole);
        if (rest >= 0) {
            share("the rest: weights, evaluation, model files, ONNX, report", rest, whole);
        }
        page.endTable();
        if (rest < 0 || training.resumedFromEpoch() != null) {
            page.paragraph("The run was interrupted: seconds of epochs are those of the sessions that trained them.");
        }
    }

    private void throughput(RunReport.Throughput throughput) {
        page.paragraph(PageWriter.count(throughput.images()) + " images in "
                + PageWriter.number("%.1f", throughput.seconds()) + " s, "
                + PageWriter.number("%.1f", throughput.imagesPerSecond())
                + " images/s. The tasks of all cores together spent:");
        double sum = throughput.decodeSeconds() + throughput.forwardSeconds() + throughput.writeSeconds();
        page.table("where the time of the tasks went", "task time", "seconds");
        share("reading and decoding", throughput.decodeSeconds(), sum);
        share("network", throughput.forwardSeconds(), sum);
        share("writing", throughput.writeSeconds(), sum);
        page.endTable();
        if (throughput.takenOver() != null && throughput.takenOver() > 0) {
            page.paragraph(PageWriter.count(throughput.takenOver())
                    + " more pictures took over the row of the same content and were not run through the network.");
        }
    }

    private void share(String what, double seconds, double whole) {
        page.row(what, PageWriter.bar(whole > 0 ? seconds / whole : 0, PageWriter.number("%.1f", seconds)));
    }
}
