package org.sparkfinetune.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.report.Examples;
import org.sparkfinetune.testing.Chromium;

/** Checks that need a browser: the width of a page, its requests, its dark mode. */
@Tag("process")
class PageInBrowserTest {
    /** A script that measures its page and writes the result into an attribute of the body. */
    private static final String MEASURE = """
            <script>
            addEventListener("load", () => {
              const wide = [...document.body.querySelectorAll("*")]
                .filter(e => !e.closest(".scroll, .heat, svg, .path"))
                .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1);
              parent.document.body.dataset.measured = JSON.stringify({
                inner: innerWidth, page: document.documentElement.scrollWidth, wide: wide.length,
                first: wide.length ? wide[0].outerHTML.slice(0, 80) : "",
                requests: performance.getEntriesByType("resource").filter(r => !r.name.startsWith("data:")).length,
                sections: document.querySelectorAll("section").length,
                  charts: document.querySelectorAll("figure svg").length});
            });
            </script>
            """;

    private static final Pattern MEASURED = Pattern.compile("data-measured=\"([^\"]*)\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Chromium chromium;

    @BeforeEach
    void find() {
        chromium = Chromium.assumeThere(folder);
    }

    @Test
    void nothingIsWiderThanTheWindowAndNothingIsAskedFor() throws IOException {
        List<String> pages = List.of(
                HtmlReport.of(Examples.report("finetune", Examples.labels(9))),
                HtmlReport.of(Examples.report("finetune", Examples.labels(100))),
                comparison().html());
        for (String page : pages) {
            for (int width : new int[] {1400, 360}) {
                JsonNode measured = measured(page, width);
                assertThat(measured.get("inner").asInt()).isEqualTo(width);
                assertThat(measured.get("first").asText())
                        .as("what sticks out at " + width)
                        .isEmpty();
                assertThat(measured.get("page").asInt()).isLessThanOrEqualTo(width);
                assertThat(measured.get("requests").asInt()).isZero();
                assertThat(measured.get("charts").asInt()).isGreaterThanOrEqualTo(4);
                assertThat(measured.get("sections").asInt()).isGreaterThanOrEqualTo(4);
            }
        }
    }

    @Test
    void darkPagesHaveLightLettersOnADarkGround() throws IOException {
        Path file = written(HtmlReport.of(Examples.report("finetune", Examples.plainLabels(5))));

        double light = brightness(chromium.screenshot(file, 700, 900, false));
        double dark = brightness(chromium.screenshot(file, 700, 900, true));

        assertThat(light).isGreaterThan(0.8);
        assertThat(dark).isLessThan(0.3);
    }

    private static Comparison comparison() {
        return Comparison.of(List.of(
                new ComparedRun(
                        Examples.HOSTILE.get(3), Examples.report("finetune", Examples.labels(9)), Map.of("a", "1")),
                new ComparedRun(
                        Examples.HOSTILE.get(0), Examples.report("finetune", Examples.labels(9)), Map.of("a", "2"))));
    }

    private Path written(String page) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "page", ".html"), page);
    }

    /** In a frame, because a browser's window is never as narrow as a phone. */
    private JsonNode measured(String page, int width) throws IOException {
        String measuring = page.replace("</head>", MEASURE + "</head>");
        Path around = written("<!DOCTYPE html><meta charset=\"utf-8\"><body style=\"margin:0\"><iframe"
                + " style=\"border:0;height:900px;width:"
                + width + "px\" srcdoc=\"" + PageWriter.escape(measuring) + "\"></iframe></body>");
        Matcher found = MEASURED.matcher(chromium.dom(around, Math.max(500, width), false));
        assertThat(found.find()).as("the page has measured itself").isTrue();
        return JSON.readTree(found.group(1)
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"));
    }

    private static double brightness(Path shot) throws IOException {
        BufferedImage image = ImageIO.read(shot.toFile());
        double sum = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                sum += ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 765.0;
            }
        }
        return sum / image.getWidth() / image.getHeight();
    }
}
