package org.sparkfinetune.inference.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.TaskNetwork;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

class ShrinkingForwardTest {
    private static final Preprocessing INPUT = new Preprocessing(
            1, 1, 1, Interpolation.AREA, ChannelOrder.BGR, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    private static final String ARENA =
            "Non-zero status code returned while running Conv node. Name:'conv1' Status Message:"
                    + " bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to"
                    + " allocate memory for"
                    + " requested buffer of size 643840";

    /** Returns the pixels, with memory for a limited number of pictures at a time. */
    private static final class SmallMemory implements TaskNetwork {
        private static final long serialVersionUID = 1L;
        private final int pictures;
        private final RuntimeException failure;
        private final List<Integer> passes = new ArrayList<>();

        SmallMemory(int pictures, RuntimeException failure) {
            this.pictures = pictures;
            this.failure = failure;
        }

        @Override
        public Preprocessing input() {
            return INPUT;
        }

        @Override
        public float[][][] forwardInTask(float[] pixels, int count) {
            passes.add(count);
            if (count > pictures) {
                throw failure;
            }
            return EngineSpec.pixels(INPUT).forward(pixels, count);
        }
    }

    private final List<String> warnings = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 7, 8})
    void aBatchThatMemoryDoesNotSufficeForIsRunInHalvesAndSoAreAllAfterIt(int count) {
        SmallMemory network = new SmallMemory((count + 1) / 2, new IllegalStateException(ARENA));
        ShrinkingForward forward = new ShrinkingForward(network, warnings::add);
        float[] pixels = pixels(count);
        float[][][] expected = EngineSpec.pixels(INPUT).forward(pixels, count);
        for (int batch = 0; batch < 3; batch++) {
            assertThat(Arrays.deepEquals(forward.run(pixels, count), expected)).isTrue();
        }
        int half = (count + 1) / 2;
        int rest = count - half;
        assertThat(network.passes).containsExactly(count, half, rest, half, rest, half, rest);
        assertThat(warnings)
                .containsExactly("not enough memory for a forward pass of " + count
                        + " pictures (java.lang.IllegalStateException: " + ARENA + "); this task continues with " + half
                        + " at a time; a smaller inference.batchSize avoids the failed attempt");
    }

    @Test
    void aSecondFailureNamesTheSettingToLower() {
        IllegalStateException failure = new IllegalStateException("ONNX Runtime failed", new RuntimeException(ARENA));
        SmallMemory network = new SmallMemory(1, failure);
        ShrinkingForward forward = new ShrinkingForward(network, warnings::add);
        assertThatThrownBy(() -> forward.run(pixels(8), 8))
                .isInstanceOf(InvalidRequestException.class)
                .hasCause(failure)
                .hasMessage("inference.batchSize: not enough memory for a forward pass of 4 pictures, which cannot be"
                        + " halved again (java.lang.IllegalStateException: ONNX Runtime failed); lower"
                        + " inference.batchSize,"
                        + " or give each task more memory outside of Java's heap: fewer tasks at a time,"
                        + " or more"
                        + " spark.executor.memoryOverhead");
        assertThat(network.passes).containsExactly(8, 4);
        assertThat(warnings).hasSize(1);
    }

    @Test
    void aSecondOutOfMemoryErrorIsThrownAsItIs() {
        IllegalStateException failure = new IllegalStateException(new OutOfMemoryError("failed to allocate memory"));
        ShrinkingForward forward = new ShrinkingForward(new SmallMemory(1, failure), warnings::add);
        assertThatThrownBy(() -> forward.run(pixels(8), 8)).isSameAs(failure);
    }

    @Test
    void onePictureCannotBeHalved() {
        SmallMemory network = new SmallMemory(0, new IllegalStateException(ARENA));
        ShrinkingForward forward = new ShrinkingForward(network, warnings::add);
        assertThatThrownBy(() -> forward.run(pixels(1), 1)).isInstanceOf(InvalidRequestException.class);
        assertThat(network.passes).containsExactly(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void anotherFailureIsNotTriedAgain() {
        IllegalStateException failure = new IllegalStateException("Got invalid dimensions for input");
        SmallMemory network = new SmallMemory(4, failure);
        ShrinkingForward forward = new ShrinkingForward(network, warnings::add);
        assertThatThrownBy(() -> forward.run(pixels(8), 8)).isSameAs(failure);
        assertThat(network.passes).containsExactly(8);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatEnginesSayOfMemory() {
        assertThat(MemoryRanOut.in(new OutOfMemoryError("Java heap space"))).isTrue();
        assertThat(MemoryRanOut.in(new IllegalStateException(new OutOfMemoryError())))
                .isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException("std::bad_alloc"))).isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException("bad allocation"))).isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException("CUDA failure 2: out of memory")))
                .isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED")))
                .isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException("Can't allocate memory: Workspace is full")))
                .isTrue();
        assertThat(MemoryRanOut.in(new RuntimeException())).isFalse();
        assertThat(MemoryRanOut.in(new RuntimeException("the memory layout is not known")))
                .isFalse();
    }

    private static float[] pixels(int count) {
        float[] pixels = new float[3 * count];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i;
        }
        return pixels;
    }
}
