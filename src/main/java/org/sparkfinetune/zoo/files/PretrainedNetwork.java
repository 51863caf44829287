package org.sparkfinetune.zoo.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.NetworkKind;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** The network of a card with its published weights. */
public final class PretrainedNetwork {
    private static final long NO_SEED = 0;

    private PretrainedNetwork() {}

    /**
     * Builds the network and sets all its parameters. Weights that cannot be used are removed from the cache.
     *
     * @param weights verified weights of {@link WeightsCache#fetch}
     * @return initialized network; input [n, 3, height, width] of {@link Preprocessing}, output probabilities [n,
     *     classes]
     * @throws BadDataException with every array that is missing, surplus or of another shape
     * @throws InvalidRequestException when the card does not match the network
     */
    public static ComputationGraph load(ModelCard card, CachedWeights weights) {
        try {
            ComputationGraph graph =
                    card.network() == NetworkKind.IMPORTED ? imported(card, weights) : published(card, weights);
            Networks.requireDescribed(card, graph);
            return graph;
        } catch (BadDataException e) {
            weights.discard();
            List<Problem> problems = new ArrayList<>(e.problems());
            problems.add(new Problem(
                    "weights of " + card.name(),
                    "this file cannot be used and has left the cache; fetch the weights again, or bring another file"
                            + " with \"models fetch " + card.name() + " --from FILE\""));
            throw new BadDataException(problems, e);
        }
    }

    private static ComputationGraph published(ModelCard card, CachedWeights weights) {
        Path file = weights.archive();
        ComputationGraph graph = Networks.uninitialized(card, NO_SEED);
        graph.init();
        Networks.requireParameters(card, graph);
        switch (weights.source().format()) {
            case TFJS_LAYERS -> {
                String entry = weights.source().entry();
                assign(file + "!" + entry, TfjsLayersModel.read(file, entry), card.network(), graph);
            }
            case KERAS_H5 -> assign(file.toString(), KerasH5File.read(file), card.network(), graph);
            case DL4J_ZIP -> {
                ComputationGraph read = Dl4jZip.read(file, card.parameters());
                UnaryOperator<String> names = KerasNames.of(card.network(), Set.of());
                new Dl4jParameters(file.toString(), read, names).copyInto(graph);
                // Half a gigabyte for VGG16 outside of the heap.
                read.params().close();
            }
        }
        return graph;
    }

    private static ComputationGraph imported(ModelCard card, CachedWeights weights) {
        Path file = weights.archive();
        ComputationGraph graph =
                switch (weights.source().format()) {
                    case KERAS_H5 -> KerasH5Model.read(file, card.input(), card.parameters());
                    case DL4J_ZIP -> Dl4jZip.read(file, card.parameters());
                    case TFJS_LAYERS ->
                        throw new InvalidRequestException(
                                card.name() + ":network",
                                "is imported, which keras-h5 and dl4j-zip can be; a tfjs-layers file needs a network"
                                        + " that is named");
                };
        Networks.requireParameters(card, graph);
        return graph;
    }

    /**
     * Returns the names of the classes of the network's output, by index.
     *
     * @return the names in the card; else those in the archive; empty when neither has any
     */
    public static List<String> labels(ModelCard card, CachedWeights weights) {
        String entry = weights.source().labels();
        return entry.isEmpty() || !card.labels().isEmpty()
                ? card.labels()
                : TfjsLayersModel.labels(weights.archive(), entry);
    }

    /** Checks everything, then assigns the values. */
    static void assign(String place, Map<String, NamedArray> arrays, NetworkKind network, ComputationGraph graph) {
        UnaryOperator<String> kerasName = KerasNames.of(network, arrays.keySet());
        Map<String, NamedArray> unused = new LinkedHashMap<>(arrays);
        List<Problem> problems = new ArrayList<>();
        List<Runnable> assignments = new ArrayList<>();
        for (Layer layer : graph.getLayers()) {
            String layerName = layer.conf().getLayer().getLayerName();
            FlattenedRows rows = FlattenedRows.before(graph.getConfiguration(), layerName);
            for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
                KerasParameter kind = KerasParameter.of(layer.conf().getLayer(), parameter.getKey());
                String name = kind.arrayName(kerasName.apply(layerName));
                NamedArray array = unused.remove(fullName(name, unused.keySet()));
                long[] shape = kind.kerasShape(parameter.getValue().shape());
                if (array == null) {
                    problems.add(new Problem(place, "the array " + name + " is missing"));
                } else if (!Arrays.equals(array.shape(), shape)) {
                    problems.add(new Problem(
                            place,
                            "the array " + name + " has shape " + Arrays.toString(array.shape()) + ", expected "
                                    + Arrays.toString(shape)));
                } else {
                    assignments.add(() -> kind.assign(array, rows, parameter.getValue()));
                }
            }
        }
        unused.keySet().forEach(name -> problems.add(new Problem(place, "the array " + name + " has no place")));
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
        assignments.forEach(Runnable::run);
    }

    /**
     * Keras prefixes the name of a layer with those of models and scopes. Of an array that exists twice, one is used,
     * the other is surplus.
     */
    private static String fullName(String name, Set<String> arrays) {
        return arrays.contains(name)
                ? name
                : arrays.stream()
                        .filter(array -> array.endsWith("/" + name))
                        .findFirst()
                        .orElse(name);
    }
}
