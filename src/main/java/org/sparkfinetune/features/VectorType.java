package org.sparkfinetune.features;

import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    };

    /** Of the column. */
    abstract DataType type();

    /** The value as Spark keeps it in its own rows. */
    abstract Object stored(float[] vector);
}
