package org.sparkfinetune.ml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.sparkfinetune.report.Scorecard;

/**
 * The prediction columns of a classifier; a column with an empty name is omitted.
 *
 * @param rawPrediction name of the column with logarithms of probabilities
 * @param probability name of the column with probabilities
 * @param prediction name of the column with labels
 * @param predictedLabel name of the column with names of labels
 * @param classes empty when they are not known yet
 */
record ClassOutput(String rawPrediction, String probability, String prediction, String predictedLabel, Classes classes)
        implements PictureOutput {
    private static final long serialVersionUID = 1L;

    @Override
    public List<StructField> fields() {
        return Stream.of(
                        vector(rawPrediction),
                        vector(probability),
                        new StructField(prediction, DataTypes.DoubleType, false, names()),
                        new StructField(predictedLabel, DataTypes.StringType, false, Metadata.empty()))
                .filter(field -> !field.name().isEmpty())
                .toList();
    }

    private StructField vector(String name) {
        return new StructField(name, SQLDataTypes.VectorType(), false, size(name));
    }

    /** Metadata from which Spark ML reads the length of vectors. */
    private Metadata size(String name) {
        if (name.isEmpty() || classes.vectorSize() == 0) {
            return Metadata.empty();
        }
        return new AttributeGroup(name, classes.vectorSize()).toMetadata();
    }

    /** Metadata that IndexToString uses. */
    private Metadata names() {
        return prediction.isEmpty() || classes.labels().isEmpty()
                ? Metadata.empty()
                : NominalAttribute.defaultAttr()
                        .withName(prediction)
                        .withValues(classes.namesByLabel().toArray(String[]::new))
                        .toMetadata();
    }

    @Override
    public Object[] values(float[] activations) {
        double[] probabilities = new double[classes.vectorSize()];
        double[] logarithms = new double[probabilities.length];
        // The logarithm used for a probability of 0: finite, so that arithmetic works.
        Arrays.fill(logarithms, Math.log(Float.MIN_VALUE));
        for (int i = 0; i < activations.length; i++) {
            int label = classes.labels().get(i);
            probabilities[label] = activations[i];
            logarithms[label] = Math.log(Math.max(activations[i], Float.MIN_VALUE));
        }
        int best = Scorecard.argMax(activations);
        List<Object> values = new ArrayList<>();
        if (!rawPrediction.isEmpty()) {
            values.add(Vectors.dense(logarithms));
        }
        if (!probability.isEmpty()) {
            values.add(Vectors.dense(probabilities));
        }
        if (!prediction.isEmpty()) {
            values.add(classes.labels().get(best).doubleValue());
        }
        if (!predictedLabel.isEmpty()) {
            values.add(classes.names().get(best));
        }
        return values.toArray();
    }
}
