package org.sparkfinetune.bench.layers;

import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Somebody who can run a layer: the place where {@link LayerBenchmark} is taught another one. Add its name to {@link
 * #of} and to {@link #NAMES}.
 */
interface LayerEngine {
    /** All of them; the first is what the others are compared with. */
    List<String> NAMES = List.of("dl4j", "onednn");

    /** By its name. */
    static LayerEngine of(String name) {
        return switch (name) {
            case "dl4j" -> new Dl4jLayers(false);
            case "onednn" -> new Dl4jLayers(true);
            default -> throw new IllegalArgumentException("engine \"" + name + "\" is none of " + NAMES);
        };
    }

    /**
     * Prepares a layer with the weights that {@link LayerKind#configuration} has after its {@code init()}.
     *
     * @param batch pictures of its {@link LayerKind#inputs}
     */
    Running start(LayerKind kind, int batch);

    /** A layer with its inputs, for one thread. Results are valid while they are looked at. */
    interface Running extends AutoCloseable {
        /**
         * As in training: batch normalisation takes the statistics of the batch.
         *
         * @param look at the output
         */
        void forward(Consumer<INDArray> look);

        /**
         * With {@link LayerKind#outputGradient}, once after each {@link #forward}: Deeplearning4j's batch normalisation
         * forgets what it needs.
         *
         * @param look at the gradients of the inputs, then at those of the weights in the order of their names
         */
        void backward(Consumer<List<INDArray>> look);

        @Override
        default void close() {}
    }
}
