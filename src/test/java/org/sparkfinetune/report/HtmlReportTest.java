package org.sparkfinetune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    @Test
    void showsTheFiguresAndMarksTheBestEpoch() {
        String page = HtmlReport.of(report("owl"));

        assertThat(page)
                .contains("<td>accuracy</td><td>0.500</td>")
                .contains(
                        "<tr class=\"best\"><td>2</td><td>1</td><td>0.0100</td><td>3</td><td>0.2500</td><td>0.900</td><td></td>")
                .contains("<td>owl</td><td>1</td><td>1.000</td><td>0.500</td><td>0.667</td>")
                .contains("7 of 9 parameters");
    }

    @Test
    void labelsCannotBringMarkupIn() {
        assertThat(HtmlReport.of(report("<script>\"&")))
                .contains("&lt;script&gt;&quot;&amp;")
                .doesNotContain("<script>");
    }

    @Test
    void needsNothingFromOutside() {
        assertThat(HtmlReport.of(report("owl")))
                .doesNotContain("http")
                .doesNotContain("<script")
                .doesNotContain("url(");
    }

    private static RunReport report(String label) {
        return new RunReport(
                "evaluate",
                "done",
                "2026-01-01T00:00:00Z",
                1.5,
                new RunReport.Provenance(
                        "0", "g", "17", "3", "1", "local", "e", 42, Map.of("run", "file:/r"), "s", "f"),
                new RunReport.Data(2, 0, Map.of("test", 2L), null, null, null),
                new RunReport.Training(
                        List.of(epoch(1), epoch(2)), 8, 7, 9, null, 2, "dl4j", List.of("leaves out <2>")),
                null,
                new RunReport.Evaluation(
                        "test",
                        2,
                        0.5,
                        1,
                        0.5,
                        0.1,
                        List.of(new RunReport.PerClass(0, label, 1, 1, 0.5, 2 / 3.0)),
                        new long[][] {{1}}),
                null,
                null,
                Map.of("report", "file:/r/report.json"));
    }

    private static RunReport.Epoch epoch(int number) {
        return new RunReport.Epoch(number, 1, 0.01, 4, 3, 0.25, 0.9, null, null, 1, 0, 4, 100);
    }
}
