package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NativeFloatsTest {
    /** Twelve floats each, 0 to 11 with the last dimension fastest. */
    static Stream<INDArray> arrays() {
        return Stream.concat(vectors(), Stream.of(floats(3, 4), floats(3, 4).dup('f'), partOfALargerOne()));
    }

    static Stream<INDArray> vectors() {
        INDArray longer = Nd4j.zeros(DataType.FLOAT, 1, 20);
        INDArray part = longer.get(NDArrayIndex.all(), NDArrayIndex.interval(5, 17));
        part.assign(floats(1, 12));
        return Stream.of(floats(12), floats(1, 12), part);
    }

    private static INDArray partOfALargerOne() {
        INDArray part = Nd4j.zeros(DataType.FLOAT, 3, 6).get(NDArrayIndex.all(), NDArrayIndex.interval(1, 5));
        return part.assign(floats(3, 4));
    }

    private static INDArray floats(long... shape) {
        INDArray floats = Nd4j.create(DataType.FLOAT, shape);
        for (int i = 0; i < 12; i++) {
            floats.putScalar(i, i);
        }
        return floats;
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void anyPartOfAnyArrayIsRead(INDArray array) {
        float[] values = new float[5];
        NativeFloats.bytes(array, 3, 5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        assertThat(values).containsExactly(3, 4, 5, 6, 7);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void anyPartOfAVectorIsWritten(INDArray array) {
        ByteBuffer written = ByteBuffer.allocate(2 * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        written.asFloatBuffer().put(new float[] {-1, -2});
        NativeFloats.fill(array, 5, 2, target -> target.put(written.duplicate()));
        assertThat(array.dup('c').reshape(12).toFloatVector()).containsExactly(0, 1, 2, 3, 4, -1, -2, 7, 8, 9, 10, 11);
    }
}
