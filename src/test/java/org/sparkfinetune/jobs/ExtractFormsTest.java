package org.sparkfinetune.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

/** What other programs take embeddings in. */
@Tag("spark")
class ExtractFormsTest {
    private static SmallRun shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    private RunReport extract(String output, String settings) {
        return SmallRun.job("""
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s/%s"
                inference: {engine: onnx}
                %s
                """.formatted(shared.dataset(), shared.run(), folder, output, settings));
    }

    private Dataset<Row> table(String output) {
        return LocalSpark.session().read().parquet(folder + "/" + output + "/embeddings");
    }

    @Test
    void vectorsOfSparkMlGoIntoAClassifierAsTheyAre() {
        extract("vectors", "dtype: ml-vector");
        extract("arrays", "");
        Dataset<Row> vectors = table("vectors");
        List<Row> expected = table("arrays").orderBy("path").collectAsList();
        List<Row> found = vectors.orderBy("path").collectAsList();
        assertThat(found).hasSize(24);
        for (int i = 0; i < found.size(); i++) {
            DenseVector vector = found.get(i).getAs("embedding");
            List<Float> values = expected.get(i).getList(6);
            assertThat(vector.values())
                    .containsExactly(
                            values.stream().mapToDouble(Float::doubleValue).toArray());
        }
        Dataset<Row> predicted = new LogisticRegression()
                .setFeaturesCol("embedding")
                .setLabelCol("label")
                .setMaxIter(20)
                .fit(vectors)
                .transform(vectors);
        assertThat(predicted.where("prediction = label").count()).isEqualTo(24);
    }

    @Test
    void aTableOfArraysDoesNotBecomeOneOfVectors() {
        extract("out", "");
        assertThatThrownBy(() -> extract("out", "dtype: ml-vector"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageMatching("file:" + folder + "/out: holds what another model or recipe makes of pictures"
                        + " \\(fingerprint [0-9a-f]{16}, this one is [0-9a-f]{16}\\); choose another output, or --set"
                        + " overwrite=true to replace it");
    }
}
