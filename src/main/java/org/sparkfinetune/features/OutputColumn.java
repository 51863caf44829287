package org.sparkfinetune.features;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** A column of the table, made from one output of the network. */
public sealed interface OutputColumn extends Serializable {
    /** Name of the column. */
    String name();

    /** Name of the layer whose activations the column is made from. */
    String layer();

    /** Type of the column. */
    DataType type();

    /**
     * Returns the value of the column in Spark's internal format.
     *
     * @param activations of the layer for one picture, flattened channels-first
     */
    Object value(float[] activations);

    /**
     * The activations as a vector.
     *
     * @param channels number of channels of the layer's output
     * @param normalized whether each vector is scaled to Euclidean length 1; a zero vector stays unchanged
     */
    record Embedding(
            String name, String layer, int channels, Pooling pooling, boolean normalized, VectorType vectorType)
            implements OutputColumn {
        @Override
        public DataType type() {
            return vectorType.type();
        }

        @Override
        public Object value(float[] activations) {
            return vectorType.stored(vector(activations));
        }

        /** Returns the embedding, independent of the column's type. */
        public float[] vector(float[] activations) {
            float[] vector = pooling.of(activations, channels);
            return normalized ? normalized(vector) : vector;
        }

        private static float[] normalized(float[] vector) {
            double sum = 0;
            for (float value : vector) {
                sum += (double) value * value;
            }
            double length = sum == 0 ? 1 : Math.sqrt(sum);
            float[] scaled = new float[vector.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = (float) (vector[i] / length);
            }
            return scaled;
        }
    }

    /**
     * The classes with the highest scores: an array of
     * {@code struct<label: int, labelName: string, probability: float>}, highest first; of equal ones the lower label
     * first.
     *
     * @param count maximum number of classes
     * @param labelNames names of the classes; empty when unknown, then the names are null
     */
    record TopClasses(String name, String layer, int count, List<String> labelNames) implements OutputColumn {
        private static final StructType CLASS = new StructType()
                .add("label", DataTypes.IntegerType, false)
                .add("labelName", DataTypes.StringType)
                .add("probability", DataTypes.FloatType, false);

        public TopClasses {
            labelNames = List.copyOf(labelNames);
        }

        @Override
        public DataType type() {
            return DataTypes.createArrayType(CLASS, false);
        }

        @Override
        public Object value(float[] scores) {
            Object[] classes = IntStream.range(0, scores.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(label -> -scores[label]))
                    .limit(count)
                    .map(label -> row(label, scores[label]))
                    .toArray();
            return new GenericArrayData(classes);
        }

        private InternalRow row(int label, float score) {
            UTF8String labelName = labelNames.isEmpty() ? null : UTF8String.fromString(labelNames.get(label));
            return new GenericInternalRow(new Object[] {label, labelName, score});
        }
    }
}
