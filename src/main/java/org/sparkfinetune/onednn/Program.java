package org.sparkfinetune.onednn;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The calls of a training step, or of a forward pass alone, in order, for minibatches of one shape. All layouts, places
 * and kernels have been chosen.
 */
final class Program {
    private final List<Step> forward;
    private final List<Step> backward;
    private final List<Tensor> inputs;
    private final BufferPlan plan;
    private final List<INDArray> arrays;

    /**
     * @param inputs in the order of the graph's inputs
     * @param arrays kept alive with the program
     */
    Program(List<Step> forward, List<Step> backward, List<Tensor> inputs, BufferPlan plan, List<INDArray> arrays) {
        this.forward = forward;
        this.backward = backward;
        this.inputs = List.copyOf(inputs);
        this.plan = plan;
        this.arrays = List.copyOf(arrays);
    }

    /** Size of the memory used within one run and not kept from one run to the next. */
    long bytes() {
        return plan.bytes();
    }

    /** @param memory at least {@link #bytes()}, aligned to 64 bytes */
    void place(BytePointer memory) {
        plan.place(memory::getPointer);
    }

    /**
     * Runs forward, and backward if the program trains.
     *
     * @param features in c order, with the shapes that the program was compiled for
     */
    void run(INDArray[] features) {
        bind(features);
        forward.forEach(step -> step.call().run());
        backward.forEach(step -> step.call().run());
        // The native code only points to their numbers.
        Reference.reachabilityFence(features);
    }

    /** Runs as {@link #run} does, and adds the nanoseconds of each step to its name. */
    void run(INDArray[] features, Map<OneDnnGraph.ProfileEntry, Long> nanoseconds) {
        bind(features);
        for (List<Step> steps : List.of(forward, backward)) {
            for (Step step : steps) {
                long start = System.nanoTime();
                step.call().run();
                nanoseconds.merge(
                        new OneDnnGraph.ProfileEntry(step.vertex(), step.operation()),
                        System.nanoTime() - start,
                        Long::sum);
            }
        }
        Reference.reachabilityFence(features);
    }

    /** Releases the arrays shared with ND4J. */
    void close() {
        arrays.forEach(INDArray::close);
    }

    private void bind(INDArray[] features) {
        for (int i = 0; i < features.length; i++) {
            inputs.get(i).moveTo(features[i].data().addressPointer());
        }
    }

    static Map<OneDnnGraph.ProfileEntry, Long> noTimes() {
        return new TreeMap<>();
    }
}
