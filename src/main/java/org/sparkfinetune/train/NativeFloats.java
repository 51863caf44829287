package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Bulk copies between a flat ND4J array and raw little-endian floats, on any backend. */
final class NativeFloats {
    private NativeFloats() {}

    /** Copies floats out of an array, which is read in the order of its memory. */
    static void read(INDArray array, long from, byte[] target, int targetByte, int floats) {
        if (inThisMemory()) {
            bytes(array, from, floats).get(target, targetByte, floats * FlatVector.BYTES);
            return;
        }
        // A copy of the part first: it lies at offset 0 of its own buffer, and a GPU brings just that to the host.
        INDArray part =
                flat(array).get(NDArrayIndex.interval(from, from + floats)).dup();
        ByteBuffer.wrap(target, targetByte, floats * FlatVector.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .put(part.data().asNioFloat().limit(floats));
        part.close();
    }

    /** Overwrites as many floats of an array as are left in the source, and takes them out of it. */
    static void write(INDArray array, long from, ByteBuffer source) {
        int floats = source.remaining() / FlatVector.BYTES;
        if (inThisMemory()) {
            bytes(array, from, floats).put(source);
            return;
        }
        float[] values = new float[floats];
        source.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        INDArray part = Nd4j.createFromArray(values);
        flat(array).get(NDArrayIndex.interval(from, from + values.length)).assign(part);
        part.close();
    }

    private static boolean inThisMemory() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
    }

    /** The memory of floats of an array. */
    private static ByteBuffer bytes(INDArray array, long from, int floats) {
        Pointer start = array.data().addressPointer();
        return new BytePointer(start)
                .position(from * FlatVector.BYTES)
                .limit((from + floats) * FlatVector.BYTES)
                .asByteBuffer();
    }

    private static INDArray flat(INDArray array) {
        return array.rank() == 1 ? array : array.reshape(array.length());
    }
}
