package org.sparkfinetune.zoo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;

/** The network of a card with its published weights. */
public final class PretrainedNetwork {
    private static final long NO_SEED = 0;

    private PretrainedNetwork() {}

    /**
     * Builds the network and fills every one of its parameters.
     *
     * @param weights verified, from {@link WeightsCache#fetch}
     * @return ready to run; input [n, 3, height, width] as {@link Preprocessing} makes it, output probabilities [n, classes]
     * @throws BadDataException naming every array that is missing, surplus or of another shape; nothing is loaded half
     */
    public static ComputationGraph load(ModelCard card, CachedWeights weights) {
        WeightsSource source = weights.source();
        Map<String, NamedArray> arrays =
                switch (source.format()) {
                    case TFJS_LAYERS -> TfjsLayersModel.read(weights.archive(), source.entry());
                };
        ComputationGraph graph = Networks.uninitialised(card, NO_SEED);
        graph.init();
        Networks.requireParameters(card, graph);
        assign(weights.archive() + "!" + source.entry(), arrays, graph);
        return graph;
    }

    /**
     * Names of the classes of the network's output, by index.
     *
     * @return empty when the archive carries none
     */
    public static List<String> labels(CachedWeights weights) {
        String entry = weights.source().labels();
        return entry.isEmpty() ? List.of() : TfjsLayersModel.labels(weights.archive(), entry);
    }

    /** Everything is checked before anything is assigned. */
    static void assign(String place, Map<String, NamedArray> arrays, ComputationGraph graph) {
        Map<String, NamedArray> unused = new LinkedHashMap<>(arrays);
        List<Problem> problems = new ArrayList<>();
        List<Runnable> assignments = new ArrayList<>();
        for (Layer layer : graph.getLayers()) {
            String kerasLayer =
                    ResNet50Network.kerasName(layer.conf().getLayer().getLayerName());
            for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                KerasParameter kind = KerasParameter.of(layer.conf().getLayer(), parameter.getKey());
                String name = kind.arrayName(kerasLayer);
                NamedArray array = unused.remove(name);
                long[] shape = kind.kerasShape(parameter.getValue().shape());
                if (array == null) {
                    problems.add(new Problem(place, "the array " + name + " is missing"));
                } else if (!Arrays.equals(array.shape(), shape)) {
                    problems.add(new Problem(
                            place,
                            "the array " + name + " has shape " + Arrays.toString(array.shape()) + ", expected "
                                    + Arrays.toString(shape)));
                } else {
                    assignments.add(() -> kind.assign(array, parameter.getValue()));
                }
            }
        }
        unused.keySet().forEach(name -> problems.add(new Problem(place, "the array " + name + " has no place")));
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        assignments.forEach(Runnable::run);
    }
}
