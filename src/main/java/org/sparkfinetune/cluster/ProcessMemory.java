package org.sparkfinetune.cluster;

/**
 * The memory that a process takes outside of Java's heap: native libraries, networks and minibatches. The factors were
 * fitted to measurements of executors ({@code scripts/bench memory}, docs/clusters.md).
 *
 * @param process of a JVM that has loaded Spark and all native libraries, in bytes
 * @param forward of the network that is only run, in bytes
 * @param training of the layers that are trained, in bytes
 */
public record ProcessMemory(long process, long forward, long training) {
    /** Classes, compiled code, threads and network buffers of the JVM; libraries of OpenCV, ND4J and ONNX Runtime. */
    private static final long PROCESS_BYTES = 450L << 20;
    /**
     * The arena of ONNX Runtime holds the largest activations several times, and the unfolded inputs of convolutions.
     */
    private static final int LIVE_ACTIVATIONS = 4;
    /** Workspaces of Deeplearning4j, and oneDNN's reordered copies. */
    private static final long TRAINING_BYTES = 320L << 20;
    /**
     * Activation and gradient of every layer, what convolutions keep for the backward pass, and garbage that Java's
     * collector has not freed yet. A factor of 3 fits too if the collector runs all the time.
     */
    private static final int TRAINED_ACTIVATIONS = 5;

    /** Memory of the process alone. */
    public static ProcessMemory ofProcess() {
        return new ProcessMemory(PROCESS_BYTES, 0, 0);
    }

    /**
     * Adds a network that is only run.
     *
     * @param parameters floats of the network, of which the tasks of an executor share one copy
     * @param largestActivation floats of a picture's largest activation
     * @param pictures number of pictures in forward passes at the same time, over all tasks of the executor
     */
    public ProcessMemory withForward(long parameters, long largestActivation, long pictures) {
        return new ProcessMemory(
                process, floats(parameters) + floats(LIVE_ACTIVATIONS * largestActivation * pictures), training);
    }

    /**
     * Adds layers that are trained.
     *
     * @param parameters floats of these layers; each task has its own copy
     * @param updaterState floats that the updater keeps for each parameter: 0 for sgd, 1 for momentum, 2 for Adam
     * @param activations floats of all layers' activations of one example
     * @param tasks number of simultaneous tasks on one executor
     * @param batchSize examples of a minibatch
     */
    public ProcessMemory withTraining(long parameters, int updaterState, long activations, int tasks, int batchSize) {
        // Parameters, gradients, a copy in transit, and the updater's state.
        long state = parameters * (3 + updaterState);
        return new ProcessMemory(
                process,
                forward,
                tasks * (TRAINING_BYTES + floats(state + TRAINED_ACTIVATIONS * activations * batchSize)));
    }

    /** Returns the sum, in bytes. */
    public long bytes() {
        return process + forward + training;
    }

    private static long floats(long count) {
        return Math.multiplyExact(count, (long) Float.BYTES);
    }
}
