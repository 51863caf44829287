package org.sparkfinetune.inference;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The forward passes of one task. When memory does not suffice for a batch, this batch and all that come after it are run in
 * halves. That happens once: a task whose halves do not fit either fails as it would have before.
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

    /** As {@link InferenceEngine#forward}. */
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
            return network.forwardInTask(pixels, count);
        }
        int floats = network.input().floats();
        float[][][] activations = new float[count][][];
        for (int from = 0; from < count; from += most) {
            int to = Math.min(count, from + most);
            float[] part = Arrays.copyOfRange(pixels, from * floats, to * floats);
            System.arraycopy(network.forwardInTask(part, to - from), 0, activations, from, to - from);
        }
        return activations;
    }
}
