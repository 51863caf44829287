package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.onednn.OneDnnGraph;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.Preprocessing;

/** Builds the published network of a card. */
public final class Networks {
    private Networks() {}

    /**
     * Returns the network with random parameters, as before its training: the baseline of recipes with
     * {@code weights: random}.
     *
     * @param seed seed of the parameters
     * @return initialized network; input [n, 3, height, width], output [n, 1000]
     * @throws InvalidRequestException when the card does not match the network
     */
    public static ComputationGraph build(ModelCard card, long seed) {
        ComputationGraph graph = uninitialized(card, seed);
        graph.init();
        requireParameters(card, graph);
        return graph;
    }

    /**
     * Frees the memory of a network outside of Java's heap: parameters, gradients and updater state, each half a
     * gigabyte for VGG16. The garbage collector would free them late, because it does not see their size. It still
     * frees what cannot be closed: the parameters of a network that Deeplearning4j initialized at random are a view.
     *
     * @param network network that no thread uses any more; running it, or reading its arrays, may crash the JVM
     */
    public static void release(ComputationGraph network) {
        if (network instanceof OneDnnGraph compiled) {
            compiled.releasePrograms();
        }
        // Not network.close(), which runs the garbage collector and fails when there are no parameters.
        Updater updater = network.getUpdater(false);
        Stream.of(
                        network.params(),
                        network.getFlattenedGradients(),
                        updater == null ? null : updater.getStateViewArray())
                .filter(array -> array != null && array.closeable())
                .forEach(INDArray::close);
    }

    public static ComputationGraph uninitialized(ModelCard card, long seed) {
        ComputationGraphConfiguration configuration =
                switch (card.network()) {
                    case RESNET50 -> ResNet50Network.configuration(card.input(), seed);
                    case VGG16 -> VggNetwork.configuration(card.input(), seed, 2, 2, 3, 3, 3);
                    case VGG19 -> VggNetwork.configuration(card.input(), seed, 2, 2, 4, 4, 4);
                    case SQUEEZENET -> ZooClassNetworks.squeezenet(card.input(), seed);
                    case DARKNET19 -> ZooClassNetworks.darknet19(card.input(), seed);
                    case XCEPTION -> ZooClassNetworks.xception(card.input(), seed);
                    case IMPORTED ->
                        throw new InvalidRequestException(
                                card.name() + ":network",
                                "is imported: its layers are in the file of its weights, so it cannot be built"
                                        + " without");
                };
        return new ComputationGraph(configuration);
    }

    /** Checks everything that a card says about its network, and reports all problems. */
    public static void requireDescribed(ModelCard card, ComputationGraph graph) {
        Set<String> vertices = graph.getConfiguration().getVertices().keySet();
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < card.freezePoints().size(); i++) {
            named.put("freezePoints[" + i + "]", card.freezePoints().get(i));
        }
        named.put("embedding.layer", card.embedding().layer());
        named.put("head", card.head());
        List<Problem> problems = new ArrayList<>();
        named.forEach((key, vertex) -> {
            if (!vertices.contains(vertex)) {
                problems.add(new Problem(
                        card.name() + ":" + key,
                        "is \"" + vertex + "\", which the network does not have"
                                + Suggestion.didYouMean(vertex, vertices)));
            }
        });
        if (problems.isEmpty()) {
            long size = embeddingSize(card, graph.getConfiguration());
            if (size != card.embedding().size()) {
                problems.add(new Problem(
                        card.name() + ":embedding.size",
                        "is " + card.embedding().size() + ", but "
                                + card.embedding().layer() + " gives " + size + " floats"));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    /** Returns the channels of the activation of a layer; the number of values when it is a vector. */
    public static int channels(ComputationGraph graph, Preprocessing input, String layer) {
        InputType activations = activations(graph.getConfiguration(), input, layer);
        return (int)
                (activations instanceof InputType.InputTypeConvolutional convolutional
                        ? convolutional.getChannels()
                        : activations.arrayElementsPerExample());
    }

    private static long embeddingSize(ModelCard card, ComputationGraphConfiguration configuration) {
        return activations(configuration, card.input(), card.embedding().layer())
                .arrayElementsPerExample();
    }

    private static InputType activations(
            ComputationGraphConfiguration configuration, Preprocessing input, String layer) {
        // Of a copy: Deeplearning4j changes a configuration when it computes shapes.
        return configuration
                .clone()
                .getLayerActivationTypes(InputType.convolutional(input.height(), input.width(), 3))
                .get(layer);
    }

    public static void requireParameters(ModelCard card, ComputationGraph graph) {
        if (graph.numParams() != card.parameters()) {
            throw new InvalidRequestException(
                    card.name() + ":parameters",
                    "is " + card.parameters() + ", but the network " + card.network() + " has " + graph.numParams()
                            + "; correct the card");
        }
    }
}
