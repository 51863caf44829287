package org.sparkfinetune.report.page;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.report.RunReport;

/**
 * A report as one HTML page that needs neither network nor scripts. All text from outside (labels, paths) is escaped.
 * Each section is a class of its own; sections that do not apply to the job are left out.
 *
 * <pre>
 * Files.writeString(folder.resolve("report.html"), HtmlReport.of(report));
 * </pre>
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

    /** Returns the page, without pictures. */
    public static String of(RunReport report) {
        return of(report, Map.of());
    }

    /**
     * Returns the page.
     *
     * @param thumbnails small JPEGs of the pictures in {@code evaluation.mistakes}, by path; missing ones are left
     *     blank
     */
    public static String of(RunReport report, Map<String, byte[]> thumbnails) {
        try {
            return new HtmlReport(report, thumbnails).write();
        } catch (RuntimeException e) {
            // A page that cannot be written must not cost hours of training.
            LOG.warn("report.html is empty: it could not be written", e);
            return new PageWriter()
                    .markup("<h1>" + PageWriter.escape(String.valueOf(report.kind())) + "</h1>\n")
                    .paragraph("Internal error (please report): this page could not be written. The report.json"
                            + " beside it is complete.")
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
