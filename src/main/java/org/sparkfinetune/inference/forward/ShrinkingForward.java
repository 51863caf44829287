package org.sparkfinetune.inference.forward;

import java.util.Arrays;
import java.util.function.Consumer;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.InferenceEngine;
import org.sparkfinetune.inference.engine.TaskNetwork;

/**
 * The forward passes of one task. When the memory is not enough for a batch, this batch and all later ones are run in
 * halves. That happens once: if half a batch does not fit either, the task fails. When only a message of the engine
 * shows the lack of memory, the failure names the setting to lower; an OutOfMemoryError is rethrown, because all
 * callers understand it.
 */
final class ShrinkingForward {
    private final TaskNetwork network;
    private final Consumer<String> warning;
    /** Maximum number of pictures in one pass. */
    private int most = Integer.MAX_VALUE;

    ShrinkingForward(TaskNetwork network, Consumer<String> warning) {
        this.network = network;
        this.warning = warning;
    }

    /**
     * Runs the pictures as {@link InferenceEngine#forward} does.
     *
     * @throws InvalidRequestException when the memory is not enough for half a batch, or for a single picture
     */
    float[][][] run(float[] pixels, int count) {
        boolean whole = most == Integer.MAX_VALUE;
        if (!whole || count == 1) {
            return inParts(pixels, count);
        }
        try {
            return network.forwardInTask(pixels, count);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!MemoryRanOut.in(e)) {
                throw e;
            }
            most = (count + 1) / 2;
            warning.accept("not enough memory for a forward pass of " + count + " pictures (" + e
                    + "); this task continues with " + most
                    + " at a time; a smaller inference.batchSize avoids the failed attempt");
        }
        return inParts(pixels, count);
    }

    private float[][][] inParts(float[] pixels, int count) {
        if (count <= most) {
            return last(pixels, count);
        }
        int floats = network.input().floats();
        float[][][] activations = new float[count][][];
        for (int from = 0; from < count; from += most) {
            int to = Math.min(count, from + most);
            float[] part = Arrays.copyOfRange(pixels, from * floats, to * floats);
            System.arraycopy(last(part, to - from), 0, activations, from, to - from);
        }
        return activations;
    }

    private float[][][] last(float[] pixels, int count) {
        try {
            return network.forwardInTask(pixels, count);
        } catch (RuntimeException e) {
            if (!MemoryRanOut.isOnlyInMessage(e)) {
                throw e;
            }
            throw new InvalidRequestException(
                    "inference.batchSize",
                    "not enough memory for a forward pass of " + count
                            + " pictures, which cannot be halved again (" + e
                            + "); lower inference.batchSize, or give each task more memory outside of Java's heap:"
                            + " fewer tasks at a time, or more spark.executor.memoryOverhead",
                    e);
        }
    }
}
