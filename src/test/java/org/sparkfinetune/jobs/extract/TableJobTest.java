package org.sparkfinetune.jobs.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.SmallRun;

/** A table that is there, or half there, when its job runs again. */
@Tag("spark")
class TableJobTest extends TableFixture {
    private RunReport extract(String output, String settings) {
        return job("extract", output, "onnx", settings);
    }

    @Test
    void onlyNewPicturesAreRun() throws IOException {
        assertThat(extract("out", "").throughput().images()).isEqualTo(2);
        put("blue/2.png");
        // A class that sorts before the others must not renumber them.
        put("red/2.png");
        Files.createDirectories(folder.resolve("pictures/amber"));
        Files.move(folder.resolve("pictures/red/2.png"), folder.resolve("pictures/amber/2.png"));
        put("red/3.png");
        RunReport grown = extract("out", "");
        assertThat(grown.throughput().images()).isEqualTo(3);
        assertThat(grown.data().examples()).isEqualTo(5);
        assertThat(progress.told()).contains("adding 3 pictures to " + folder + "/out");
        assertThat(ShardFixture.names(folder.resolve("out")))
                .containsExactly(
                        "embeddings",
                        "embeddings.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json");
        assertThat(rows("out/embeddings"))
                .extracting(row -> row.getInt(2) + row.getString(3))
                .containsExactly("2amber", "0blue", "0blue", "1red", "1red");
        extract("fresh", "");
        assertThat(withoutLabel(rows("out/embeddings"))).isEqualTo(withoutLabel(rows("fresh/embeddings")));
        assertThat(extract("out", "").startedAt()).isEqualTo(grown.startedAt());
    }

    private static List<List<Object>> withoutLabel(List<Row> rows) {
        return rows.stream()
                .map(row -> List.of(row.get(0), row.get(1), row.get(3), row.get(4), row.get(5), row.get(6)))
                .toList();
    }

    @Test
    void whatWasDoneBeforeTheJobFailedIsNotDoneAgain() throws IOException {
        Files.write(folder.resolve("pictures/red/text.jpg"), "I am text".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> extract("out", "maxRejectedFraction: 0.1")).isInstanceOf(BadDataException.class);
        put("blue/2.png");
        Files.delete(folder.resolve("pictures/red/1.png"));
        RunReport resumed = extract("out", "maxRejectedFraction: 0.5");
        assertThat(progress.told()).contains("an earlier run has done 2 pictures already; resuming");
        assertThat(resumed.throughput().images()).isEqualTo(1);
        assertThat(resumed.data().examples()).isEqualTo(2);
        assertThat(rows("out/rejected")).hasSize(1);
        extract("fresh", "maxRejectedFraction: 0.5");
        assertThat(rows("out/embeddings")).isEqualTo(rows("fresh/embeddings"));
        assertThat(rows("out/files")).isEqualTo(rows("fresh/files"));
    }

    @Test
    void picturesThatAreGoneKeepTheirRowsOnlyWhenToldSo() throws IOException {
        extract("out", "");
        Files.delete(folder.resolve("pictures/blue/1.png"));
        put("red/2.png");
        assertThatThrownBy(() -> extract("out", ""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("file:" + folder + "/out: was made of file:" + folder + "/pictures before its pictures"
                        + " changed: 1 are gone, 0 have changed, 1 are new; --set keepRemoved=true keeps what was"
                        + " made of those that are gone, --set overwrite=true makes it again, another output keeps"
                        + " both");
        assertThat(extract("out", "keepRemoved: true").throughput().images()).isEqualTo(1);
        assertThat(rows("out/embeddings")).hasSize(3);
        RunReport again = extract("out", "overwrite: true");
        assertThat(again.throughput().images()).isZero();
        assertThat(again.throughput().takenOver()).isEqualTo(2);
        assertThat(again.data().examples()).isEqualTo(2);
        extract("fresh", "");
        assertThat(rows("out/embeddings")).isEqualTo(rows("fresh/embeddings"));
    }

    @Test
    void aPictureThatWasWrittenAnewIsNotOverlooked() throws IOException {
        extract("out", "");
        Files.setLastModifiedTime(folder.resolve("pictures/blue/1.png"), FileTime.fromMillis(1_000_000_000_000L));
        assertThatThrownBy(() -> extract("out", "keepRemoved: true"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("0 are gone, 1 have changed, 0 are new; --set overwrite=true");
    }

    @Test
    void theTableOfAnotherRecipeIsRefused() throws IOException {
        extract("out", "");
        String there = Files.readString(folder.resolve("out/embeddings.json"));
        assertThatThrownBy(() -> extract("out", "normalize: l2"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageMatching("file:" + folder + "/out: holds the result of another recipe, model or input"
                        + " \\(fingerprint [0-9a-f]{16}, this one is [0-9a-f]{16}\\); choose another output, or --set"
                        + " overwrite=true to replace it");
        assertThat(Files.readString(folder.resolve("out/embeddings.json"))).isEqualTo(there);
        extract("out", "normalize: l2\noverwrite: true");
        for (Row row : rows("out/embeddings")) {
            List<Float> values = row.getList(6);
            assertThat(values.stream()
                            .mapToDouble(value -> (double) value * value)
                            .sum())
                    .isBetween(0.9999, 1.0001);
        }
    }

    @Test
    void severalOutputsOfOnePass() {
        SmallRun.job("""
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s/out"
                outputs: {conv10_pool: embedding, fire9: embedding, conv10: top5}
                columns: {fire9: places}
                dtype: float16
                """.formatted(shared.dataset(), shared.run(), folder));
        SmallRun.job("""
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s/single"
                layer: conv10_pool
                """.formatted(shared.dataset(), shared.run(), folder));
        SmallRun.job("""
                kind: predict
                input: "%s"
                model: "%s"
                top: 1
                output: "%s/predicted"
                """.formatted(shared.dataset(), shared.run(), folder));
        List<Row> several = rows("out/embeddings");
        List<Row> single = rows("single/embeddings");
        List<Row> predicted = rows("predicted/predictions");
        assertThat(several).hasSize(24);
        for (int i = 0; i < several.size(); i++) {
            List<Float> embedding = single.get(i).getList(6);
            byte[] halves = several.get(i).getAs("embedding_conv10_pool");
            byte[] places = several.get(i).getAs("places");
            assertThat(halves).hasSize(2 * SmallRun.SIZE);
            // The mean over the places of the layer below is what conv10_pool gives.
            for (int j = 0; j < SmallRun.SIZE; j++) {
                assertThat(half(places, j)).isCloseTo(half(halves, j), within(1e-3f * half(halves, j) + 1e-6f));
            }
            assertThat(half(halves, 7)).isEqualTo(rounded(embedding.get(7)));
            List<Row> classes = several.get(i).getList(several.get(i).fieldIndex("predictions"));
            assertThat(classes).extracting(row -> row.getString(1)).containsExactlyInAnyOrder("blue", "red");
            assertThat(classes.get(0).getFloat(2))
                    .isGreaterThanOrEqualTo(classes.get(1).getFloat(2));
            assertThat(classes.get(0).getFloat(2) + classes.get(1).getFloat(2)).isBetween(0.9999f, 1.0001f);
            assertThat(predicted.get(i).<Row>getList(6)).containsExactly(classes.get(0));
        }
    }

    private static float half(byte[] values, int index) {
        int bits = (values[2 * index] & 0xFF) | (values[2 * index + 1] & 0xFF) << 8;
        int exponent = bits >> 10 & 0x1F;
        int mantissa = bits & 0x3FF;
        double size = exponent == 0 ? mantissa * 0x1p-24 : (1024 + mantissa) * Math.pow(2, exponent - 25.0);
        return (float) (bits >> 15 == 0 ? size : -size);
    }

    /** To 11 bits, half to even. */
    private static float rounded(float value) {
        double unit = Math.ulp((double) Math.abs(value)) * 0x1p42;
        return (float) (Math.rint(value / unit) * unit);
    }

    @Test
    void whatCannotBeKeptOfALayerIsRefusedBeforeAnythingRuns() {
        assertThatThrownBy(() -> extract(
                        "out", "layer: conv10_pool\noutputs: {conv10_pool: top, fire9: embedding}\ncolumns: {x: y}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("test.yaml:layer: is \"conv10_pool\", but outputs names the layers already;"
                        + " remove one of them\n"
                        + "test.yaml:outputs.conv10_pool: is \"top\", allowed are embedding,"
                        + " and topN such as top5\n"
                        + "test.yaml:columns.x: names a column of a layer that is neither in"
                        + " layer nor in outputs");
        assertThatThrownBy(() -> extract("out", "outputs: {conv10_pool: embedding}\ncolumns: {conv10_pool: path}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("test.yaml:columns.conv10_pool: \"path\" is the name of another column; choose one");
    }
}
