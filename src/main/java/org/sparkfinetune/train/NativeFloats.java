package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Bulk copies between a flat ND4J array and raw little-endian floats, on any backend. */
public final class NativeFloats {
    private NativeFloats() {}

    /**
     * Floats of an array, the last dimension fastest.
     *
     * @return the memory of the array itself where that is possible, else a copy; only to be read, and only while the array lives
     */
    public static ByteBuffer bytes(INDArray array, long from, int floats) {
        if (isPlain(array)) {
            return memory(array, from, floats);
        }
        // A copy of the part first: it lies at offset 0 of its own buffer, and a GPU brings just that to the host.
        INDArray part =
                flat(array).get(NDArrayIndex.interval(from, from + floats)).dup();
        ByteBuffer copy = ByteBuffer.allocate(floats * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        copy.asFloatBuffer().put(part.data().asNioFloat().limit(floats));
        part.close();
        return copy;
    }

    /** Overwrites floats of a vector. */
    public static void fill(INDArray array, long from, int floats, FlatVector.Source source) {
        if (isPlain(array)) {
            source.read(memory(array, from, floats));
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(floats * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        source.read(bytes);
        float[] values = new float[floats];
        bytes.flip().asFloatBuffer().get(values);
        INDArray part = Nd4j.createFromArray(values);
        flat(array).get(NDArrayIndex.interval(from, from + floats)).assign(part);
        part.close();
    }

    /** Whether it lies in memory of this process as we give it away: one float after another, the last dimension fastest. */
    private static boolean isPlain(INDArray array) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && (array.isVectorOrScalar() || array.ordering() == 'c')
                && array.elementWiseStride() == 1
                && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
    }

    private static ByteBuffer memory(INDArray array, long from, int floats) {
        return new BytePointer(array.data().addressPointer())
                .position(from * FlatVector.BYTES)
                .limit((from + floats) * FlatVector.BYTES)
                .asByteBuffer();
    }

    private static INDArray flat(INDArray array) {
        return array.rank() == 1 ? array : array.reshape(array.length());
    }
}
