package org.sparkfinetune.zoo.network;

import java.util.function.Predicate;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Copies parameters between networks that share layers by name. */
final class LayerParameters {
    private LayerParameters() {}

    /** Copies the parameters of the chosen layers of {@code to}; {@code from} must have these layers too. */
    static void copy(ComputationGraph from, ComputationGraph to, Predicate<String> chosen) {
        for (Layer layer : to.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (layer.numParams() > 0 && chosen.test(name)) {
                layer.params().assign(from.getLayer(name).params());
            }
        }
    }
}
