package org.sparkfinetune.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The parameters of a classifier's predictions, with the names that Spark ML's own classifiers use. A column with an
 * empty name is omitted.
 *
 * @param rawPredictionCol vectors of logarithms of the probabilities
 * @param probabilityCol vectors of probabilities, by label
 * @param predictionCol most probable labels, double
 * @param predictedLabelCol names of the most probable labels
 * @param inferenceBatchSize pictures in one forward pass
 */
record PredictionParams(
        Param<String> rawPredictionCol,
        Param<String> probabilityCol,
        Param<String> predictionCol,
        Param<String> predictedLabelCol,
        IntParam inferenceBatchSize)
        implements Serializable {

    static PredictionParams of(Params owner) {
        return new PredictionParams(
                new Param<>(owner, "rawPredictionCol", "new column: vector of the logarithms of the probabilities"),
                new Param<>(owner, "probabilityCol", "new column: vector of the probabilities, by label"),
                new Param<>(owner, "predictionCol", "new column: the most probable label, a double"),
                new Param<>(owner, "predictedLabelCol", "new column: the name of the most probable label"),
                PictureParams.count(owner, "inferenceBatchSize", "pictures in one forward pass"));
    }

    void setDefaults(Params owner) {
        owner.setDefault(rawPredictionCol, "rawPrediction");
        owner.setDefault(probabilityCol, "probability");
        owner.setDefault(predictionCol, "prediction");
        owner.setDefault(predictedLabelCol, "predictedLabel");
        owner.setDefault(inferenceBatchSize, 8);
    }

    /** Returns the columns that an owner's parameters request, for these classes. */
    ClassOutput output(Params owner, Classes classes) {
        return new ClassOutput(
                owner.getOrDefault(rawPredictionCol),
                owner.getOrDefault(probabilityCol),
                owner.getOrDefault(predictionCol),
                owner.getOrDefault(predictedLabelCol),
                classes);
    }
}
