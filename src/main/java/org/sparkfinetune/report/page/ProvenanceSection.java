package org.sparkfinetune.report.page;

import java.util.Set;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.TrainingEngines;

/** How the result was made, and how to reproduce it. */
final class ProvenanceSection {
    /** Kinds of job that write their complete recipe beside their report. */
    private static final Set<String> WITH_RECIPE = Set.of("finetune", "lr-find");

    private ProvenanceSection() {}

    static void write(PageWriter page, RunReport report) {
        RunReport.Provenance made = report.provenance();
        page.section("provenance", "How it was made").table("provenance", "", PageWriter.name("value"));
        page.row("spark-finetune", text(made.version() + " (" + made.git() + ")"));
        page.row("Java, Spark, Deeplearning4j", text(made.java() + ", " + made.spark() + ", " + made.dl4j()));
        page.row("cluster", text(made.cluster()));
        if (made.engine() != null) {
            page.row("engine", text(made.engine()));
        }
        if (report.training() != null) {
            TrainingEngines.inWords(report.training()).ifPresent(engines -> page.row("trained by", text(engines)));
        }
        page.row("seed", text(String.valueOf(made.seed())));
        if (made.weightsSha256() != null) {
            page.row("weights", text(made.weightsSha256()));
        }
        page.row("fingerprint", text(made.fingerprint()));
        made.inputs().forEach((name, path) -> page.row("input: " + name, text(path)));
        report.outputs().forEach((name, path) -> page.row("output: " + name, text(path)));
        page.endTable();
        again(page, report);
        page.endSection().markup("</main>\n");
    }

    private static PageWriter.Html text(String value) {
        return PageWriter.name(value);
    }

    private static void again(PageWriter page, RunReport report) {
        page.heading("Reproduce this result");
        String place = report.outputs().get("report");
        if (WITH_RECIPE.contains(report.kind()) && place != null && place.contains("/")) {
            String recipe = place.substring(0, place.lastIndexOf('/')) + "/recipe.yaml";
            page.paragraph(
                    "The recipe with all defaults is beside this page. With the same inputs, seed and number of workers"
                            + " it gives the same model, bit for bit on CPUs. Choose another output, since this"
                            + " one is done:");
            page.markup("<pre>scripts/submit " + PageWriter.escape(quoted(recipe.replaceFirst("^file:/+", "/")))
                    + " --on PROFILE --set output=OTHER</pre>\n");
            page.paragraph("It ran on " + report.provenance().cluster()
                    + "; PROFILE is a file of conf/ and determines where the job runs, not its result.");
        } else {
            page.paragraph("A job of this kind does not save its recipe. The same recipe with the inputs above and the"
                    + " same version, gives a result with the same fingerprint.");
        }
    }

    /** Quotes a word for a shell. */
    private static String quoted(String word) {
        return word.matches("[\\w./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
