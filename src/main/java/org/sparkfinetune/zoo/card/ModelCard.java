package org.sparkfinetune.zoo.card;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.config.Key;

/**
 * A pretrained model as a file, {@code model-zoo/NAME.yaml}: which network, where its weights are, what input it
 * expects and where it can be cut. {@link ModelZoo} reads it.
 *
 * @param parameters published number of parameters of the whole network, with the running statistics of batch
 *     normalization
 * @param freezePoints vertices at which the network can be cut, from bottom to top
 * @param head vertex of the layer that scores the classes; fine-tuning replaces it and everything above it
 * @param labels names of the classes by index; empty when unknown, or when the weights contain them
 */
public record ModelCard(
        @Key("Name used in recipes, the file's name without .yaml")
        String name,

        @Key("Name for readers") String title,
        @Key("Where the network is described") String paper,
        @Key("License of the weights") String licence,
        @Key("The network to build") NetworkKind network,

        @Key(value = "Parameters of the whole network, running statistics included", min = 1)
        long parameters,

        @Key("How a picture becomes the network's input") Preprocessing input,
        @Key("Where the weights come from") Weights weights,

        @Key("Vertices the network may be cut after, from bottom to top")
        List<String> freezePoints,

        @Key("Whose activation describes a picture") Embedding embedding,

        @Key("Vertex that scores the classes, which fine-tuning replaces")
        String head,

        @Key(value = "Names of the classes by index, where the weights carry none", defaultValue = "[]")
        List<String> labels)
        implements Serializable {

    public ModelCard {
        freezePoints = List.copyOf(freezePoints);
        labels = List.copyOf(labels);
        if (freezePoints.isEmpty()) {
            throw new IllegalArgumentException("freezePoints is empty, at least one vertex is needed");
        }
        if (new HashSet<>(freezePoints).size() != freezePoints.size()) {
            throw new IllegalArgumentException("freezePoints has a vertex twice: " + freezePoints);
        }
        if (freezePoints.contains(head)) {
            throw new IllegalArgumentException("freezePoints contains the head \"" + head
                    + "\", which is always trained; remove it from freezePoints");
        }
    }

    /**
     * Checks that a vertex is a freeze point.
     *
     * @param place place of the name, {@code file:key}
     * @return the same vertex
     * @throws InvalidRequestException when the card does not list it
     */
    public String requireFreezePoint(String place, String vertex) {
        if (!freezePoints.contains(vertex)) {
            throw new InvalidRequestException(
                    place,
                    "\"" + vertex + "\" is not a freeze point of " + name
                            + "; allowed are none, all-but-K, head and, from" + " bottom to top, " + freezePoints
                            + Suggestion.didYouMean(vertex, freezePoints));
        }
        return vertex;
    }

    /**
     * The sources of the weights.
     *
     * @param sources sources, tried in this order
     */
    public record Weights(@Key("Tried in this order") List<WeightsSource> sources) implements Serializable {
        public Weights {
            sources = List.copyOf(sources);
            if (sources.isEmpty()) {
                throw new IllegalArgumentException("sources is empty, at least one is needed");
            }
        }
    }

    /**
     * The activation that is the embedding of a picture.
     *
     * @param layer name of the vertex
     * @param size number of floats
     */
    public record Embedding(
            @Key("Vertex whose activation is the embedding") String layer,

            @Key(value = "Floats of one embedding", min = 1) int size)
            implements Serializable {}
}
