package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Bulk copies between a flat ND4J array and raw little-endian floats, on any backend. */
public final class NativeFloats {
    private NativeFloats() {}

    /**
     * Returns floats of an array, the last dimension fastest.
     *
     * @return the memory of the array if possible, else a copy; read-only, and valid only while the array is in use
     */
    public static ByteBuffer bytes(INDArray array, long from, int floats) {
        if (isPlain(array)) {
            return memory(array, from, floats);
        }
        // The copied part starts at offset 0 of its own buffer, and a GPU transfers only this buffer to the host.
        INDArray part =
                flat(array).get(NDArrayIndex.interval(from, from + floats)).dup();
        ByteBuffer copy = ByteBuffer.allocate(floats * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        copy.asFloatBuffer().put(part.data().asNioFloat().limit(floats));
        part.close();
        return copy;
    }

    /**
     * Overwrites floats of an array.
     *
     * @param source fills each buffer that it receives with raw little-endian floats
     */
    public static void fill(INDArray array, long from, int floats, Consumer<ByteBuffer> source) {
        if (isPlain(array)) {
            source.accept(memory(array, from, floats));
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(floats * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        source.accept(bytes);
        float[] values = new float[floats];
        bytes.flip().asFloatBuffer().get(values);
        INDArray part = Nd4j.createFromArray(values);
        flat(array).get(NDArrayIndex.interval(from, from + floats)).assign(part);
        part.close();
    }

    /** Whether the floats of an array are contiguous in the memory of this process, the last dimension fastest. */
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
