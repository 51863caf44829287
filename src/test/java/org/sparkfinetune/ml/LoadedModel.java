package org.sparkfinetune.ml;

import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A JVM that knows only the folder of a saved model: loads it and writes its predictions. */
final class LoadedModel {
    private LoadedModel() {}

    /**
     * Kind of the model (PipelineModel, CrossValidatorModel), its folder, Parquet table of pictures, folder of the
     * result.
     */
    public static void main(String[] args) {
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate()) {
            Transformer model =
                    args[0].equals("PipelineModel") ? PipelineModel.load(args[1]) : CrossValidatorModel.load(args[1]);
            predictions(model, spark.read().parquet(args[2])).write().parquet(args[3]);
        }
    }

    /** The columns that are compared. */
    static Dataset<Row> predictions(Transformer model, Dataset<Row> pictures) {
        return model.transform(pictures).select("path", "probability", "prediction");
    }
}
