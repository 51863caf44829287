package org.sparkfinetune.zoo.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;

/**
 * Copies parameters of a network that was read from a file into the published network, layer by layer by name. Only the
 * parameters of the file are used, and with them the order in which its network flattens feature maps and the epsilon
 * of its batch normalization.
 */
final class Dl4jParameters {
    private final String place;
    private final ComputationGraph file;
    private final UnaryOperator<String> kerasName;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Runnable> assignments = new ArrayList<>();

    /**
     * Reads the parameters of a file.
     *
     * @param place path of the file, for messages
     * @param kerasName function to another name that a layer may have in the file
     */
    Dl4jParameters(String place, ComputationGraph file, UnaryOperator<String> kerasName) {
        this.place = place;
        this.file = file;
        this.kerasName = kerasName;
    }

    /**
     * Checks everything, then copies.
     *
     * @throws BadDataException with every layer or array that is missing, surplus or of another shape
     */
    void copyInto(ComputationGraph graph) {
        Map<String, Layer> unused = new LinkedHashMap<>();
        for (Layer layer : file.getLayers()) {
            if (layer.numParams() > 0) {
                unused.put(name(layer), layer);
            }
        }
        for (Layer layer : graph.getLayers()) {
            if (layer.numParams() > 0) {
                String name = Stream.of(name(layer), kerasName.apply(name(layer)))
                        .filter(unused::containsKey)
                        .findFirst()
                        .orElse(name(layer));
                match(graph, layer, name, unused.remove(name));
            }
        }
        unused.keySet().forEach(name -> problems.add(new Problem(place, "the layer " + name + " has no place")));
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        assignments.forEach(Runnable::run);
    }

    private void match(ComputationGraph graph, Layer layer, String name, Layer source) {
        if (source == null) {
            problems.add(new Problem(place, "the layer " + name + " is missing"));
            return;
        }
        FlattenedRows rows = FlattenedRows.channelsLast(file.getConfiguration())
                ? FlattenedRows.before(graph.getConfiguration(), name(layer))
                : new FlattenedRows(1, 1);
        layer.paramTable().forEach((key, parameter) -> {
            INDArray values = source.paramTable().get(key);
            if (values == null) {
                problems.add(new Problem(place, "the array " + name + "/" + key + " is missing"));
            } else if (!Arrays.equals(values.shape(), parameter.shape())) {
                problems.add(new Problem(
                        place,
                        "the array " + name + "/" + key + " has shape " + Arrays.toString(values.shape())
                                + ", expected " + Arrays.toString(parameter.shape())));
            } else {
                boolean kernel = key.equals("W") && values.rank() == 2;
                assignments.add(() -> parameter.assign(kernel ? rows.channelsFirst(values) : values));
            }
        });
        if (layer.conf().getLayer() instanceof BatchNormalization ours
                && source.conf().getLayer() instanceof BatchNormalization theirs) {
            assignments.add(() -> ours.setEps(theirs.getEps()));
        }
    }

    private static String name(Layer layer) {
        return layer.conf().getLayer().getLayerName();
    }
}
