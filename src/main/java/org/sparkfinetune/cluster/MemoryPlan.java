package org.sparkfinetune.cluster;

/**
 * What a process takes outside of Java's heap: its natives, networks and minibatches. The factors were fitted to what executors
 * took ({@code scripts/bench memory}, docs/clusters.md).
 *
 * @param process of a JVM that has loaded Spark and all natives, in bytes
 * @param forward of the network that is only run
 * @param training of the layers that are trained
 */
public record MemoryPlan(long process, long forward, long training) {
    /** Classes, compiled code, threads and network buffers of the JVM; libraries of OpenCV, ND4J and ONNX Runtime. */
    private static final long PROCESS_BYTES = 450L << 20;
    /** The arena of ONNX Runtime holds the largest activations several times over, and what convolutions unfold. */
    private static final int LIVE_ACTIVATIONS = 4;
    /** Workspaces of Deeplearning4j, and what oneDNN lays out anew. */
    private static final long TRAINING_BYTES = 320L << 20;
    /**
     * Activation and gradient of every layer, what convolutions keep for the way back, and what nobody uses any more until Java's
     * garbage collector comes by. With 3 it fits too, if the collector is called all the time.
     */
    private static final int TRAINED_ACTIVATIONS = 5;

    /** Nothing but the process. */
    public static MemoryPlan ofProcess() {
        return new MemoryPlan(PROCESS_BYTES, 0, 0);
    }

    /**
     * With a network that is run.
     *
     * @param parameters floats of the network, of which the tasks of an executor share one copy
     * @param largestActivation floats of a picture's largest activation
     * @param pictures that are in a forward pass at a time, over all tasks of the executor
     */
    public MemoryPlan withForward(long parameters, long largestActivation, long pictures) {
        return new MemoryPlan(
                process, floats(parameters) + floats(LIVE_ACTIVATIONS * largestActivation * pictures), training);
    }

    /**
     * With layers that are trained.
     *
     * @param parameters floats of these layers; each task has its own copy
     * @param updaterState floats that the updater keeps for each parameter: 0 for sgd, 1 for momentum, 2 for Adam
     * @param activations floats of all layers' activations of one example
     * @param tasks at a time on one executor
     * @param batchSize examples of a minibatch
     */
    public MemoryPlan withTraining(long parameters, int updaterState, long activations, int tasks, int batchSize) {
        // Parameters, gradients, a copy on its way, what the updater keeps.
        long state = parameters * (3 + updaterState);
        return new MemoryPlan(
                process,
                forward,
                tasks * (TRAINING_BYTES + floats(state + TRAINED_ACTIVATIONS * activations * batchSize)));
    }

    /** All of it, in bytes. */
    public long bytes() {
        return process + forward + training;
    }

    private static long floats(long count) {
        return Math.multiplyExact(count, (long) Float.BYTES);
    }
}
