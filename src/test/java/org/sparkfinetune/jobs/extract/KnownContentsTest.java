package org.sparkfinetune.jobs.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.report.RunReport;

/** Pictures that a table knows by their content. */
@Tag("spark")
class KnownContentsTest extends TableFixture {
    @Test
    void aPictureWhoseContentIsKnownIsNotRunAgain() throws IOException {
        job("extract", "out", "onnx", "");
        List<Row> before = rows("out/embeddings");
        Files.move(folder.resolve("pictures/red/1.png"), folder.resolve("pictures/red/renamed.png"));
        Files.copy(folder.resolve("pictures/blue/1.png"), folder.resolve("pictures/red/copy.png"));
        RunReport grown = job("extract", "out", "onnx", "keepRemoved: true");
        assertThat(grown.throughput().images()).isZero();
        assertThat(grown.throughput().takenOver()).isEqualTo(2);
        assertThat(grown.throughput().decodeSeconds()).isZero();
        assertThat(grown.throughput().forwardSeconds()).isZero();
        assertThat(progress.told()).contains("2 pictures are known under other paths; their rows are reused");
        List<Row> after = rows("out/embeddings");
        assertThat(after)
                .extracting(row -> row.getString(0).replaceAll(".*/pictures/", "") + " " + row.getString(3))
                .containsExactly("blue/1.png blue", "red/1.png red", "red/copy.png red", "red/renamed.png red");
        assertThat(after.subList(0, 2)).isEqualTo(before);
        assertThat(made(after.get(2))).isEqualTo(made(before.get(0)));
        assertThat(made(after.get(3))).isEqualTo(made(before.get(1)));
        assertThat(job("extract", "out", "onnx", "keepRemoved: true").startedAt())
                .isEqualTo(grown.startedAt());

        put("red/2.png");
        RunReport replaced = job("extract", "out", "onnx", "overwrite: true");
        assertThat(replaced.throughput().images()).isEqualTo(1);
        assertThat(replaced.throughput().takenOver()).isEqualTo(3);
        job("extract", "fresh", "onnx", "");
        assertThat(rows("out/embeddings")).isEqualTo(rows("fresh/embeddings"));
        assertThat(rows("out/files")).isEqualTo(rows("fresh/files"));
    }

    /** What does not come from the listing. */
    private static List<Object> made(Row row) {
        return List.of(row.get(1), row.get(4), row.get(5), row.get(6));
    }

    @Test
    void theRowsOfAnotherEngineAreNotTakenOver() throws IOException {
        job("extract", "out", "onnx", "");
        Files.delete(folder.resolve("pictures/blue/1.png"));
        RunReport again = job("extract", "out", "dl4j", "overwrite: true");
        assertThat(again.throughput().images()).isEqualTo(1);
        assertThat(again.throughput().takenOver()).isZero();
    }
}
