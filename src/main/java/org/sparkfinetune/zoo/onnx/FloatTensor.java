package org.sparkfinetune.zoo.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * Weights in the format of ONNX: little-endian float32, last dimension fastest. The only copy in memory is the one that
 * is written.
 */
final class FloatTensor {
    private final long[] shape;
    private final byte[] bytes;

    private FloatTensor(long[] shape, byte[] bytes) {
        this.shape = shape;
        this.bytes = bytes;
    }

    /** Copies an array. */
    static FloatTensor of(INDArray array) {
        FloatTensor tensor = zeros(array.shape());
        // Stays open while its memory is read: the buffer alone does not protect it from the garbage collector.
        try (INDArray copy = array.dup('c')) {
            tensor.floats().put(copy.data().asNioFloat());
        }
        return tensor;
    }

    /** Rounds values in double precision. */
    static FloatTensor of(long[] shape, double... values) {
        FloatTensor tensor = zeros(shape);
        FloatBuffer floats = tensor.floats();
        for (double value : values) {
            floats.put((float) value);
        }
        return tensor;
    }

    static FloatTensor zeros(long... shape) {
        long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return new FloatTensor(shape.clone(), new byte[Math.toIntExact(count * Float.BYTES)]);
    }

    /** Multiplies every block of the first dimension by a factor of its own. */
    FloatTensor multiplyBlocks(double[] factors) {
        FloatBuffer floats = floats();
        int block = floats.capacity() / factors.length;
        for (int i = 0; i < floats.capacity(); i++) {
            floats.put(i, (float) (floats.get(i) * factors[i / block]));
        }
        return this;
    }

    /** Multiplies every value by a factor and adds a term of its own. */
    FloatTensor multiplyAdd(double[] factors, double[] terms) {
        FloatBuffer floats = floats();
        for (int i = 0; i < factors.length; i++) {
            floats.put(i, (float) (floats.get(i) * factors[i] + terms[i]));
        }
        return this;
    }

    TensorProto proto(String name) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
        Arrays.stream(shape).forEach(proto::addDims);
        return proto.build();
    }

    private FloatBuffer floats() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
