package org.sparkfinetune.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.OtherJvm;

/** Compares the predictions of a model here with its predictions in a JVM that has loaded it from a folder. */
final class OtherJvmPredictions {
    private OtherJvmPredictions() {}

    /** Saves the model and asserts that the other JVM gives the same predictions, bit for bit. */
    static <M extends Transformer & MLWritable> void assertSame(M model, Dataset<Row> pictures, Path folder)
            throws Exception {
        String saved = folder.resolve("model").toString();
        String table = folder.resolve("table").toString();
        String predicted = folder.resolve("predicted").toString();
        model.write().save(saved);
        pictures.write().parquet(table);
        String kind = model instanceof PipelineModel ? "PipelineModel" : "CrossValidatorModel";

        Process other = OtherJvm.start(LoadedModel.class, kind, saved, table, predicted);

        assertThat(other.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(other.exitValue()).isZero();
        Dataset<Row> there = LocalSpark.session().read().parquet(predicted);
        Dataset<Row> here =
                LoadedModel.predictions(model, LocalSpark.session().read().parquet(table));
        assertThat(sorted(there)).isNotEmpty().isEqualTo(sorted(here));
    }

    private static List<Row> sorted(Dataset<Row> rows) {
        return rows.sort("path").collectAsList();
    }
}
