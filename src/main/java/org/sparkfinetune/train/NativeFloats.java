package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Bulk copies between a flat ND4J array and raw little-endian floats, on any backend. */
final class NativeFloats {
    private NativeFloats() {}

    /** Copies floats out of an array, which is read in the order of its memory. */
    static void read(INDArray array, long from, byte[] target, int targetByte, int floats) {
        // A copy of the part first: it lies at offset 0 of its own buffer, and a GPU brings just that to the host.
        INDArray part =
                flat(array).get(NDArrayIndex.interval(from, from + floats)).dup();
        ByteBuffer.wrap(target, targetByte, floats * FlatVector.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(part.data().asNioFloat().limit(floats));
        part.close();
    }

    /** Overwrites as many floats of an array as the source has. */
    static void write(INDArray array, long from, byte[] source) {
        float[] values = new float[source.length / FlatVector.BYTES];
        ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        INDArray part = Nd4j.createFromArray(values);
        flat(array).get(NDArrayIndex.interval(from, from + values.length)).assign(part);
        part.close();
    }

    private static INDArray flat(INDArray array) {
        return array.rank() == 1 ? array : array.reshape(array.length());
    }
}
