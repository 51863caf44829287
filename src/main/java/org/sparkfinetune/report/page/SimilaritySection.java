package org.sparkfinetune.report.page;

import org.sparkfinetune.report.RunReport;

/** How similar pictures are. */
final class SimilaritySection {
    private SimilaritySection() {}

    static void write(PageWriter page, RunReport.Similarity similarity) {
        page.section("similarity", "Similar pictures").table("similar pictures", "", "value");
        page.row("pictures with neighbours", String.valueOf(similarity.queries()));
        page.row("neighbours of each (maximum)", String.valueOf(similarity.neighbours()));
        page.row("metric", similarity.metric());
        if (similarity.duplicates() != null) {
            page.row("minimum cosine of near duplicates", String.valueOf(similarity.duplicates()));
            page.row("pairs of near duplicates", String.valueOf(similarity.duplicatePairs()));
            page.row("groups", String.valueOf(similarity.groups()));
            page.row("pictures in groups", String.valueOf(similarity.picturesInGroups()));
            page.row("pictures in the largest group", String.valueOf(similarity.largestGroup()));
        }
        page.row("pairs compared", String.valueOf(similarity.comparedPairs()));
        page.row("pairs per second", PageWriter.number("%.0f", similarity.pairsPerSecond()));
        page.endTable().endSection();
    }
}
