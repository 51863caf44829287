package org.sparkfinetune.onednn;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The places of a graph's parameters and their gradients in its two flat vectors. */
final class FlatParameters {
    private final ComputationGraph graph;
    private final FloatPointer values;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private FloatPointer gradients;
    private Gradient gradient;

    private record Place(long offset, long length) {}

    /** @param graph graph whose vectors keep their places from now on */
    FlatParameters(ComputationGraph graph) {
        this.graph = graph;
        values = pointer(graph.params());
        long offset = 0;
        for (int index : graph.topologicalSortOrder()) {
            Layer layer = graph.getVertices()[index].getLayer();
            if (layer == null) {
                continue;
            }
            String name = layer.conf().getLayer().getLayerName();
            for (Map.Entry<String, INDArray> parameter : layer.paramTable(false).entrySet()) {
                long length = parameter.getValue().length();
                places.put(name + "_" + parameter.getKey(), new Place(offset, length));
                offset += length;
            }
        }
    }

    /** All gradients, in the form that an updater of Deeplearning4j takes. */
    Gradient gradient() {
        requireGradients();
        return gradient;
    }

    /** Allocates the gradients on demand: a graph that is never trained does not need them. */
    private void requireGradients() {
        if (gradients != null) {
            return;
        }
        if (graph.getFlattenedGradients() == null) {
            graph.initGradientsView();
        }
        gradients = pointer(graph.getFlattenedGradients());
        gradient = new DefaultGradient(graph.getFlattenedGradients());
        INDArray flat = graph.getFlattenedGradients()
                .reshape(graph.getFlattenedGradients().length());
        places.forEach((key, place) -> gradient.setGradientFor(
                key, flat.get(NDArrayIndex.interval(place.offset(), place.offset() + place.length()))));
    }

    FloatPointer value(String layer, String parameter) {
        return slice(values, layer, parameter);
    }

    FloatPointer gradient(String layer, String parameter) {
        requireGradients();
        return slice(gradients, layer, parameter);
    }

    FloatBuffer valueBuffer(String layer, String parameter) {
        return value(layer, parameter).asBuffer();
    }

    FloatBuffer gradientBuffer(String layer, String parameter) {
        return gradient(layer, parameter).asBuffer();
    }

    private FloatPointer slice(FloatPointer vector, String layer, String parameter) {
        Place place = places.get(layer + "_" + parameter);
        return new FloatPointer(vector.getPointer(place.offset())).capacity(place.length());
    }

    private static FloatPointer pointer(INDArray vector) {
        return new FloatPointer(vector.data().addressPointer()).capacity(vector.length());
    }
}
