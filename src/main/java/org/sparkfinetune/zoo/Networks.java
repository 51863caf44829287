package org.sparkfinetune.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;

/** Builds the network of a card, as it was published. */
public final class Networks {
    private Networks() {}

    /**
     * The network with random parameters, the baseline of a recipe with {@code weights: random}: He initialisation, scaled
     * so that activations stay near 1 although nothing was ever normalised (see {@link ResNet50Network}).
     *
     * @param seed gives the same parameters each time
     * @return initialised; input [n, 3, height, width], output [n, 1000]
     * @throws InvalidRequestException when the card's number of parameters is not the network's
     */
    public static ComputationGraph build(ModelCard card, long seed) {
        ComputationGraph graph = uninitialised(card, seed);
        graph.init();
        requireParameters(card, graph);
        switch (card.network()) {
            case RESNET50 -> ResNet50Network.scaleRandomParameters(graph);
        }
        return graph;
    }

    static ComputationGraph uninitialised(ModelCard card, long seed) {
        ComputationGraphConfiguration configuration =
                switch (card.network()) {
                    case RESNET50 -> ResNet50Network.configuration(card.input(), seed);
                };
        return new ComputationGraph(configuration);
    }

    static void requireParameters(ModelCard card, ComputationGraph graph) {
        if (graph.numParams() != card.parameters()) {
            throw new InvalidRequestException(
                    card.name() + ":parameters",
                    "is " + card.parameters() + ", but the network " + card.network() + " has " + graph.numParams()
                            + "; correct the card");
        }
    }
}
