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

/** Storage type of an embedding in a column. */
public enum VectorType {
    /** {@code array<float>}, which every Parquet reader supports. */
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
    /**
     * Binary, 2 bytes per value: IEEE 754 half precision, little-endian; read it with
     * {@code numpy.frombuffer(x, "<f2")}.
     */
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
    /** Dense {@code Vector} of Spark ML, 8 bytes per value: the type of its estimators' features columns. */
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

        /** Exact, because the numbers were floats before they became doubles. */
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

    /** Spark ML's mark for a vector with a value for each position; such a vector has neither size nor indices. */
    private static final Byte DENSE = 1;
    /** Type, size, indices, values. */
    private static final int VECTOR_FIELDS = 4;

    /** Returns the Spark type of the column. */
    abstract DataType type();

    /** Returns the value in Spark's internal format. */
    abstract Object stored(float[] vector);

    /**
     * Returns the embedding as NumPy stores it: {@link #numpyBytes} bytes per value, little-endian.
     *
     * @param row row in Spark's internal format
     */
    public abstract byte[] littleEndian(InternalRow row, int ordinal);

    /** Bytes per value in {@link #littleEndian}. */
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
