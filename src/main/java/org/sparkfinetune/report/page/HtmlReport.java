package org.sparkfinetune.report.page;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.report.RunReport;

/**
 * A report as one HTML page that needs no network and no script. Every text that comes from outside (labels, paths) is escaped.
 * Each part is a class of its own; parts that the job does not have are left out.
 */
public final class HtmlReport {
    private static final Logger LOG = LoggerFactory.getLogger(HtmlReport.class);

    private final PageWriter page = new PageWriter();
    private final RunReport report;
    private final Map<String, byte[]> thumbnails;

    private HtmlReport(RunReport report, Map<String, byte[]> thumbnails) {
        this.report = report;
        this.thumbnails = thumbnails;
    }

    /** The page, without pictures. */
    public static String of(RunReport report) {
        return of(report, Map.of());
    }

    /** @param thumbnails small JPEGs of pictures that {@code evaluation.mistakes} names, by path; those that are missing are left blank */
    public static String of(RunReport report, Map<String, byte[]> thumbnails) {
        try {
            return new HtmlReport(report, thumbnails).write();
        } catch (RuntimeException e) {
            // Hours of training are not lost because a page about them cannot be written.
            LOG.warn("report.html is empty: it could not be written", e);
            return new PageWriter()
                    .markup("<h1>" + PageWriter.escape(String.valueOf(report.kind())) + "</h1>\n")
                    .paragraph(
                            "This page could not be written, which is a bug of spark-finetune; report.json beside it is whole.")
                    .page("spark-finetune", PageStyle.CSS);
        }
    }

    private String write() {
        HeadSection.write(page, report);
        if (report.evaluation() != null) {
            EvaluationSection.write(page, report.evaluation(), thumbnails);
        }
        if (report.training() != null) {
            new TrainingSection(page, report.training()).write();
        }
        if (report.learningRateSearch() != null) {
            SearchSection.write(page, report.learningRateSearch());
        }
        if (report.similarity() != null) {
            SimilaritySection.write(page, report.similarity());
        }
        if (report.data() != null) {
            new DataSection(page, report.data()).write();
        }
        new TimeSection(page, report).write();
        ProvenanceSection.write(page, report);
        return page.page("spark-finetune " + report.kind(), PageStyle.CSS);
    }
}
