package org.sparkfinetune.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.report.Examples;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Summary;

class HtmlReportTest {
    private static final Pattern TAG = Pattern.compile("<([a-z][a-z0-9]*)");

    @Test
    void showsTheFiguresAndMarksTheBestEpoch() {
        RunReport report = Examples.report("finetune", Examples.plainLabels(5));
        String page = HtmlReport.of(report);

        assertThat(page)
                .contains("<dt>validation accuracy</dt><dd>%.3f</dd>"
                        .formatted(report.evaluation().accuracy()))
                .contains("<tr class=\"best\"><th"
                        + " scope=\"row\">5</th><td>2</td><td>0.00600</td><td>13</td><td>0.3000</td>")
                .contains("10\u202f245 of 23\u202f597\u202f957 parameters were trained")
                .contains("<strong>Warning:</strong> leaves out &lt;2&gt;")
                .contains("best epoch, 5")
                .contains("a stage ends");
    }

    @Test
    void everyPartHasItsSection() {
        String page = HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5)));

        assertThat(Pattern.compile("<section id=\"(\\w+)\">").matcher(page).results())
                .extracting(found -> found.group(1))
                .containsExactly(
                        "classes",
                        "confusion",
                        "reliability",
                        "mistakes",
                        "training",
                        "pictures",
                        "time",
                        "provenance");
    }

    @Test
    void namesFromOutsideBringNoMarkupIn() {
        for (int classes : new int[] {12, 60}) {
            String page = HtmlReport.of(Examples.report("finetune", Examples.labels(classes)));
            assertThat(tags(page))
                    .isEqualTo(tags(HtmlReport.of(Examples.report("finetune", Examples.plainLabels(classes)))));
            assertThat(page)
                    .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                    .doesNotContain("=alert(1)>", "onmouseover='")
                    .doesNotContain("\u0000")
                    .doesNotContain("\u0007");
        }
    }

    private static Set<String> tags(String page) {
        return TAG.matcher(page).results().map(tag -> tag.group(1)).collect(Collectors.toSet());
    }

    @Test
    void pageAndSummarySayWhoTrainedTheEpochs() {
        RunReport report = Examples.report("finetune", Examples.plainLabels(5));
        String spans =
                "epochs 1 to 3: Deeplearning4j, layer by layer (no <i> convolution); epochs 4 to 6: one program of"
                        + " oneDNN calls";
        assertThat(Summary.of(report)).contains("\n  trained by " + spans + "\n");
        assertThat(HtmlReport.of(report)).contains(spans.replace("<i>", "&lt;i&gt;"));
    }

    @Test
    void needsNothingFromOutside() {
        String page = HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5)));
        assertThat(page)
                .doesNotContain("=\"http", "='http", "xmlns")
                .doesNotContain("<script")
                .doesNotContain("<link")
                .doesNotContain("@import")
                .doesNotContainPattern("url\\((?!#)");
    }

    @Test
    void thumbnailsAreInThePageAndThoseMissingLeaveABlank() {
        RunReport report = Examples.report("evaluate", Examples.plainLabels(5));
        String worst = report.evaluation().mistakes().get(0).path();

        String page = HtmlReport.of(report, Map.of(worst, new byte[] {1, 2, 3}));

        assertThat(page).containsOnlyOnce("src=\"data:image/jpeg;base64,AQID\"").contains("no picture");
    }

    @Test
    void headingsGoDownOneLevelAtATime() {
        String page = HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5)));
        List<Integer> levels = Pattern.compile("<h(\\d)>")
                .matcher(page)
                .results()
                .map(found -> Integer.parseInt(found.group(1)))
                .toList();
        assertThat(levels).startsWith(1, 2).filteredOn(level -> level == 1).hasSize(1);
        for (int i = 1; i < levels.size(); i++) {
            assertThat(levels.get(i) - levels.get(i - 1)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aPageOfAHundredClassesIsLightAndDrawsOnlyWhatIsThere() {
        RunReport report = Examples.report("evaluate", Examples.plainLabels(100));
        String page = HtmlReport.of(report);
        long cells = 0;
        for (long[] row : report.evaluation().confusionMatrix()) {
            for (long count : row) {
                cells += count > 0 ? 1 : 0;
            }
        }
        assertThat(Pattern.compile("<rect class=\"(hit|miss)\"").matcher(page).results())
                .hasSize((int) cells);
        assertThat(page).contains("<title>class 1 taken for class 1: ").doesNotContain("<td class=\"none\">");
        assertThat(page.length()).isLessThan(600_000);
    }

    @Test
    void ofAThousandClassesThoseWithTheMostMistakesAreDrawn() {
        String page = HtmlReport.of(Examples.report("evaluate", Examples.plainLabels(1000)));

        assertThat(page).contains("The map shows 120 of 1000 classes: those with the most mistakes.");
        assertThat(Pattern.compile("class=\"row\"").matcher(page).results()).hasSize(120);
    }

    @Test
    void theCommandThatMakesARunAgainIsQuotedForTheShell() {
        assertThat(HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5))))
                .contains("scripts/submit &#39;/my runs/it&#39;\\&#39;&#39;s/recipe.yaml&#39; --on PROFILE --set"
                        + " output=OTHER");
        assertThat(HtmlReport.of(Examples.report("evaluate", Examples.plainLabels(5))))
                .doesNotContain("recipe.yaml")
                .contains("A job of this kind does not save its recipe.");
    }

    @Test
    void aReportOfAnOlderVersionIsShownWithoutWhatItLacks() {
        RunReport report = Examples.report("evaluate", Examples.plainLabels(5));
        RunReport.Evaluation new_ = report.evaluation();
        RunReport.Evaluation old = new RunReport.Evaluation(
                new_.split(),
                new_.examples(),
                new_.accuracy(),
                new_.top5Accuracy(),
                new_.macroF1(),
                new_.expectedCalibrationError(),
                new_.perClass(),
                new_.confusionMatrix(),
                null,
                null);
        RunReport without = new RunReport(
                "evaluate",
                "done",
                report.startedAt(),
                1,
                report.provenance(),
                new RunReport.Data(2, 0, null, null, null, null),
                null,
                null,
                old,
                null,
                null,
                Map.of());

        assertThat(HtmlReport.of(without))
                .contains("id=\"classes\"")
                .doesNotContain("id=\"reliability\"", "id=\"mistakes\"", "id=\"time\"");
    }

    @Test
    void chartsHaveColorsOfThePageAndIdsOfTheirOwn() {
        String page = HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5)));

        assertThat(Pattern.compile("<svg ").matcher(page).results()).hasSize(4);
        assertThat(page)
                .contains("fill:currentColor", "stroke:var(--s0)", "stroke:var(--grid)")
                .doesNotContain("rgb(1,");
        List<String> ids = Pattern.compile("id=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map((MatchResult id) -> id.group(1))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
    }

    /** Writes a page in another JVM. */
    static final class PageWritten {
        private PageWritten() {}

        public static void main(String[] args) throws IOException {
            Files.writeString(Path.of(args[0]), HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5))));
        }
    }

    @Test
    @Tag("process")
    void aMachineThatCannotDrawWritesThePageWithoutCharts(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("page.html");
        // Removing the fonts of a JDK is not portable; making the drawing code unloadable is.
        String withoutXChart = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("xchart"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-cp",
                        withoutXChart,
                        PageWritten.class.getName(),
                        page.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();

        assertThat(process.waitFor()).isZero();
        assertThat(Files.readString(page))
                .contains("This chart is missing: the machine that wrote the page has no fonts to draw it with")
                .contains("id=\"training\"", "id=\"provenance\"")
                .doesNotContain("<svg");
    }
}
