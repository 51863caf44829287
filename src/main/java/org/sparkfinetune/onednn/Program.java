package org.sparkfinetune.onednn;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The calls of a training step, or of a forward pass alone, for minibatches of one shape, in order: all layouts, places and
 * kernels are chosen already.
 */
final class Program {
    private final List<Step> forward;
    private final List<Step> backward;
    private final List<Tensor> inputs;
    private final MemoryPlan plan;
    private final List<INDArray> arrays;

    /**
     * @param inputs in the order of the graph's
     * @param arrays kept alive with the program
     */
    Program(List<Step> forward, List<Step> backward, List<Tensor> inputs, MemoryPlan plan, List<INDArray> arrays) {
        this.forward = forward;
        this.backward = backward;
        this.inputs = List.copyOf(inputs);
        this.plan = plan;
        this.arrays = List.copyOf(arrays);
    }

    /** Of memory that is used between the steps of one run, and not from one run to the next. */
    long bytes() {
        return plan.bytes();
    }

    /** @param memory at least {@link #bytes()}, aligned to 64 bytes */
    void place(BytePointer memory) {
        plan.place(memory::getPointer);
    }

    /**
     * Forward, and backward if the program trains.
     *
     * @param features in c order, of the shapes that the program was made for
     */
    void run(INDArray[] features) {
        bind(features);
        forward.forEach(step -> step.call().run());
        backward.forEach(step -> step.call().run());
        // The native side points to their numbers only.
        Reference.reachabilityFence(features);
    }

    /** As {@link #run}, adding the nanoseconds of each step to its name. */
    void run(INDArray[] features, Map<Profile.Entry, Long> nanoseconds) {
        bind(features);
        for (List<Step> steps : List.of(forward, backward)) {
            for (Step step : steps) {
                long start = System.nanoTime();
                step.call().run();
                nanoseconds.merge(
                        new Profile.Entry(step.vertex(), step.operation()), System.nanoTime() - start, Long::sum);
            }
        }
        Reference.reachabilityFence(features);
    }

    /** Releases the arrays that it shares with ND4J. */
    void close() {
        arrays.forEach(INDArray::close);
    }

    private void bind(INDArray[] features) {
        for (int i = 0; i < features.length; i++) {
            inputs.get(i).moveTo(features[i].data().addressPointer());
        }
    }

    static Map<Profile.Entry, Long> noTimes() {
        return new TreeMap<>();
    }
}
