package org.sparkfinetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RateChartTest {
    @Test
    void everyRateWithALossIsAPointAndTheSuggestionALargeOne() {
        String svg =
                RateChart.of(search(candidate(0.01, 2.0), candidate(0.1, 1.0), candidate(1, 1e9), candidate(10, null)));
        assertThat(svg)
                .startsWith("<svg ")
                .endsWith("</svg>\n")
                .contains("points=\"30.0,165.0 320.0,210.0 610.0,30.0 \"")
                .containsOnlyOnce("<circle cx=\"320.0\" cy=\"210.0\" r=\"6\"/>")
                .contains("<circle cx=\"30.0\" cy=\"165.0\" r=\"3\"/>");
    }

    @Test
    void oneRateIsNoCurve() {
        assertThat(RateChart.of(search(candidate(0.1, 1.0), candidate(1, null))))
                .isEmpty();
    }

    private static RunReport.LearningRateSearch search(RunReport.RateCandidate... candidates) {
        return new RunReport.LearningRateSearch(10, 4, List.of(candidates), 0.1);
    }

    private static RunReport.RateCandidate candidate(double rate, Double loss) {
        return new RunReport.RateCandidate(rate, loss == null, loss, null, null);
    }
}
