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

/** Builds the network of a card, as it was published. */
public final class Networks {
    private Networks() {}

    /**
     * The network with random parameters, as before its training began: the baseline of a recipe with {@code weights: random}.
     *
     * @param seed gives the same parameters each time
     * @return initialised; input [n, 3, height, width], output [n, 1000]
     * @throws InvalidRequestException when the card's number of parameters is not the network's
     */
    public static ComputationGraph build(ModelCard card, long seed) {
        ComputationGraph graph = uninitialised(card, seed);
        graph.init();
        requireParameters(card, graph);
        return graph;
    }

    /**
     * Frees what a network that nobody uses any more holds outside of Java's heap: parameters, gradients and updater state, each
     * of them half a gigabyte for VGG16. The garbage collector would free them too, some day: it does not see their size. To it is
     * left what cannot be closed: the parameters of a network that Deeplearning4j initialised at random are a view.
     *
     * @param network used by nobody from now on, in no thread; running it, or reading its arrays, may crash the JVM
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

    public static ComputationGraph uninitialised(ModelCard card, long seed) {
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
                                "is imported: its layers are in the file of its weights, so it cannot be built without");
                };
        return new ComputationGraph(configuration);
    }

    /** Everything that a card says about its network, all problems at once. */
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

    /** Channels of what a layer makes of a picture; all of its values where they have no places. */
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
        // Of a copy: Deeplearning4j writes into the configuration that it asks for its shapes.
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
