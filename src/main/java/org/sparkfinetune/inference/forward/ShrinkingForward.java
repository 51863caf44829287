package org.sparkfinetune.inference.forward;

import java.util.Arrays;
import java.util.function.Consumer;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.InferenceEngine;
import org.sparkfinetune.inference.engine.TaskNetwork;

/**
 * The forward passes of one task. When memory does not suffice for a batch, this batch and all that come after it are run in
 * halves. That happens once: a task whose halves do not fit either fails, and says which setting to lower where the engine told
 * of memory in words only; an OutOfMemoryError is understood by all who see it.
 */
final class ShrinkingForward {
    private final TaskNetwork network;
    private final Consumer<String> warning;
    /** Pictures in one pass. */
    private int most = Integer.MAX_VALUE;

    ShrinkingForward(TaskNetwork network, Consumer<String> warning) {
        this.network = network;
        this.warning = warning;
    }

    /**
     * As {@link InferenceEngine#forward}.
     *
     * @throws InvalidRequestException when the engine has no memory for half a batch, or a single picture
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
            warning.accept("memory does not suffice for a forward pass of " + count + " pictures (" + e
                    + "); this task goes on with " + most
                    + " at a time; a smaller inference.batchSize avoids the detour");
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
            if (!MemoryRanOut.inWordsOnly(e)) {
                throw e;
            }
            throw new InvalidRequestException(
                    "inference.batchSize",
                    "memory does not suffice for a forward pass of " + count
                            + " pictures, which cannot be halved again (" + e
                            + "); lower inference.batchSize, or give each task more memory outside of Java's heap:"
                            + " fewer tasks at a time, or more spark.executor.memoryOverhead",
                    e);
        }
    }
}
