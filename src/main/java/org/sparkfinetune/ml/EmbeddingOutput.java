package org.sparkfinetune.ml;

import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.StructField;
import org.sparkfinetune.features.OutputColumn;

/**
 * One column with a dense vector.
 *
 * @param embedding turns the activations into the vector
 * @param size length of the vector; 0 when it is not known yet
 */
record EmbeddingOutput(OutputColumn.Embedding embedding, int size) implements PictureOutput {
    private static final long serialVersionUID = 1L;

    @Override
    public List<StructField> fields() {
        // Given the size, estimators such as trees need not embed a picture to learn the length of the vectors.
        AttributeGroup group =
                size == 0 ? new AttributeGroup(embedding.name()) : new AttributeGroup(embedding.name(), size);
        return List.of(new StructField(embedding.name(), SQLDataTypes.VectorType(), false, group.toMetadata()));
    }

    @Override
    public Object[] values(float[] activations) {
        float[] vector = embedding.vector(activations);
        double[] values = new double[vector.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector[i];
        }
        return new Object[] {Vectors.dense(values)};
    }
}
