package org.sparkfinetune.features;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** How a column keeps an embedding. */
public enum VectorType {
    /** {@code array<float>}: what every reader of Parquet knows. */
    FLOAT32 {
        @Override
        DataType type() {
            return DataTypes.createArrayType(DataTypes.FloatType, false);
        }

        @Override
        Object stored(float[] vector) {
            return UnsafeArrayData.fromPrimitiveArray(vector);
        }

        @Override
        public byte[] littleEndian(InternalRow row, int ordinal) {
            return bytes(row.getArray(ordinal).toFloatArray());
        }
    },
    /** Binary, 2 bytes a value: IEEE 754 half precision, little-endian, which is {@code numpy.frombuffer(x, "<f2")}. */
    FLOAT16 {
        @Override
        DataType type() {
            return DataTypes.BinaryType;
        }

        @Override
        Object stored(float[] vector) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : vector) {
                bytes.putShort(Fp16Conversions.floatToFp16(value));
            }
            return bytes.array();
        }

        @Override
        public byte[] littleEndian(InternalRow row, int ordinal) {
            return row.getBinary(ordinal);
        }

        @Override
        public int numpyBytes() {
            return Short.BYTES;
        }
    },
    /** Dense {@code Vector} of Spark ML, 8 bytes a value: what its estimators take as their features column. */
    ML_VECTOR {
        @Override
        DataType type() {
            return SQLDataTypes.VectorType();
        }

        @Override
        Object stored(float[] vector) {
            double[] values = new double[vector.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = vector[i];
            }
            return new GenericInternalRow(new Object[] {DENSE, null, null, UnsafeArrayData.fromPrimitiveArray(values)});
        }

        /** The numbers were floats before they became doubles. */
        @Override
        public byte[] littleEndian(InternalRow row, int ordinal) {
            double[] values = row.getStruct(ordinal, VECTOR_FIELDS)
                    .getArray(VECTOR_FIELDS - 1)
                    .toDoubleArray();
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            return bytes(floats);
        }
    };

    /** How Spark ML marks a vector that has a value for each place; such a vector has neither size nor indices. */
    private static final Byte DENSE = 1;
    /** Type, size, indices, values. */
    private static final int VECTOR_FIELDS = 4;

    /** Of the column. */
    abstract DataType type();

    /** The value as Spark keeps it in its own rows. */
    abstract Object stored(float[] vector);

    /**
     * The embedding as NumPy takes it: {@link #numpyBytes} a value, little-endian.
     *
     * @param row of Spark's own
     */
    public abstract byte[] littleEndian(InternalRow row, int ordinal);

    /** Bytes of a value in {@link #littleEndian}. */
    public int numpyBytes() {
        return Float.BYTES;
    }

    /** NumPy's name of the type in {@link #littleEndian}. */
    public String numpyName() {
        return "<f" + numpyBytes();
    }

    private static byte[] bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }
}
