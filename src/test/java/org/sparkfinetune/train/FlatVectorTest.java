package org.sparkfinetune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FlatVectorTest {
    private static final int LENGTH = FlatVector.BLOCK_FLOATS + 5;

    @Test
    void nd4jArraysMakeTheRoundTrip() {
        INDArray array = Nd4j.linspace(DataType.FLOAT, -3, 0.001, LENGTH).reshape(1, LENGTH);
        FlatVector vector = FlatVector.of(array);
        assertThat(vector.length()).isEqualTo(LENGTH);
        assertThat(vector.at(FlatVector.BLOCK_FLOATS + 1)).isEqualTo(array.getFloat(FlatVector.BLOCK_FLOATS + 1));
        INDArray copy = Nd4j.zeros(DataType.FLOAT, 1, LENGTH);
        vector.copyTo(copy);
        assertThat(copy).isEqualTo(array);
        assertThat(FlatVector.of(copy)).isEqualTo(vector).hasSameHashCodeAs(vector);
    }

    @Test
    void bytesAreLittleEndian() {
        assertThat(FlatVector.of(Nd4j.createFromArray(1.0f)).blocks()[0]).containsExactly(0, 0, 0x80, 0x3f);
    }

    @Test
    void aPartMayCrossBlocks() {
        FlatVector vector = new FlatVector(LENGTH);
        ByteBuffer left = ByteBuffer.allocate(5 * FlatVector.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        left.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5});
        left.position(FlatVector.BYTES);
        vector.put(FlatVector.BLOCK_FLOATS - 2, 4, target -> {
            while (target.hasRemaining()) {
                target.put(left.get());
            }
        });
        assertThat(vector.at(FlatVector.BLOCK_FLOATS - 3)).isZero();
        assertThat(vector.at(FlatVector.BLOCK_FLOATS - 2)).isEqualTo(2);
        assertThat(vector.at(FlatVector.BLOCK_FLOATS + 1)).isEqualTo(5);
        assertThat(vector.at(FlatVector.BLOCK_FLOATS + 2)).isZero();
    }

    @Test
    void nothingIsTheEmptyVector() {
        FlatVector empty = FlatVector.of(null);
        assertThat(empty.length()).isZero();
        empty.copyTo(null);
        assertThatThrownBy(() -> empty.copyTo(Nd4j.zeros(3))).hasMessage("a vector of 0 floats does not fit 3");
    }

    @Test
    void whatIsReleasedSaysSoWhenItIsUsed() {
        FlatVector vector = FlatVector.of(Nd4j.createFromArray(1.0f, 2.0f));
        vector.release();
        assertThat(vector.length()).isEqualTo(2);
        assertThat(vector).hasToString("FlatVector of 2 floats, released");
        assertThatThrownBy(() -> vector.at(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the vector of 2 floats was released");
    }
}
