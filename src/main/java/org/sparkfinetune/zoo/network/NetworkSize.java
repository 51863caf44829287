package org.sparkfinetune.zoo.network;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * The size of the network of a card, computed from its configuration without its parameters.
 *
 * @param parameters parameters of the whole network
 * @param largestActivation floats of the largest activation of a picture
 * @param tailParameters parameters above the freeze point, without the head, which is replaced
 * @param tailActivations floats of all activations of a picture above the freeze point
 */
public record NetworkSize(long parameters, long largestActivation, long tailParameters, long tailActivations) {

    /**
     * @param freezePoint a vertex, or {@link FreezeLadder#NONE}
     * @throws org.sparkfinetune.check.InvalidRequestException when the network is described only in the file of its
     *     weights
     */
    public static NetworkSize of(ModelCard card, String freezePoint) {
        ComputationGraphConfiguration configuration =
                Networks.uninitialized(card, 0).getConfiguration().clone();
        Map<String, InputType> activations = configuration.getLayerActivationTypes(
                InputType.convolutional(card.input().height(), card.input().width(), 3));
        Set<String> frozen =
                freezePoint.equals(FreezeLadder.NONE) ? Set.of() : NetworkCut.withAncestors(configuration, freezePoint);
        long largest = 0;
        long tail = 0;
        long trained = 0;
        for (String vertex : configuration.getVertices().keySet()) {
            long floats = activations.get(vertex).arrayElementsPerExample();
            largest = Math.max(largest, floats);
            if (!frozen.contains(vertex)) {
                tail += floats;
                trained += vertex.equals(card.head()) ? 0 : parameters(configuration, vertex);
            }
        }
        return new NetworkSize(card.parameters(), largest, trained, tail);
    }

    private static long parameters(ComputationGraphConfiguration configuration, String vertex) {
        return configuration.getVertices().get(vertex) instanceof LayerVertex layer ? layer.numParams(false) : 0;
    }
}
