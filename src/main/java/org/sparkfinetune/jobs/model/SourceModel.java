package org.sparkfinetune.jobs.model;

import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/**
 * A network to be used as it is: that of a card with its published weights, or the result of a run. It is loaded when
 * it is first used; a job that finds its work done does not load it.
 *
 * @param name name for reports
 * @param loaded the network, loaded at the first call
 * @param identity text that changes whenever an output of the network could change
 * @param labelNames names of the classes of the network's output, empty if unknown
 */
public record SourceModel(String name, Loaded loaded, ModelCard card, String identity, List<String> labelNames) {

    /** A network that is loaded at its first use and kept from then on. */
    public static final class Loaded {
        private final Supplier<ComputationGraph> loading;
        private ComputationGraph network;

        public Loaded(Supplier<ComputationGraph> loading) {
            this.loading = loading;
        }

        private synchronized ComputationGraph get() {
            if (network == null) {
                network = loading.get();
            }
            return network;
        }

        /** Drops the network; its next use loads it again. */
        public synchronized void forget() {
            network = null;
        }
    }

    /** The network, always the same object. */
    public ComputationGraph network() {
        return loaded.get();
    }

    /**
     * Opens a model.
     *
     * @param place place of the user's text, for messages
     * @param text name of a card, path of a card ending in .yaml, or folder of a run
     */
    public static SourceModel open(JobContext context, String place, String text) {
        if (isCard(text)) {
            return pretrained(context, ModelZoo.card(text));
        }
        Path folder = context.path(place, text);
        if (!context.files(folder).exists(folder)) {
            throw new BadDataException(
                    folder.toString(),
                    "does not exist, and \"" + text + "\" is not a card of the model zoo; cards are " + ModelZoo.names()
                            + Suggestion.didYouMean(text, ModelZoo.names()));
        }
        return RunFolder.model(context, folder);
    }

    /** Whether a text names a card instead of the folder of a run. */
    public static boolean isCard(String text) {
        return text.endsWith(".yaml") || ModelZoo.names().contains(text);
    }

    /** The network of a card with its published weights, which are downloaded unless they are cached. */
    public static SourceModel pretrained(JobContext context, ModelCard card) {
        WeightsCache cache = WeightsCache.of(
                System.getenv(),
                address -> FileSystem.get(address, context.hadoop()).open(new Path(address)));
        CachedWeights weights = cache.fetch(card, context.progress()::tell);
        Loaded network = new Loaded(() -> PretrainedNetwork.load(card, weights));
        String sha256 = weights.sha256();
        return new SourceModel(card.name(), network, card, sha256, PretrainedNetwork.labels(card, weights));
    }

    /** Returns the name of a layer, or refuses it if the network does not have it. */
    public String requireLayer(String place, String layer) {
        var vertices = network().getConfiguration().getVertices().keySet();
        if (!vertices.contains(layer)) {
            throw new InvalidRequestException(
                    place,
                    "is \"" + layer + "\", which " + name + " does not have; the layers meant for it are "
                            + card.freezePoints() + Suggestion.didYouMean(layer, vertices));
        }
        return layer;
    }

    /** Channels of the activations of a layer; their number for activations without height and width. */
    public int channels(String layer) {
        return Networks.channels(network(), card.input(), layer);
    }

    /** Names of the classes that an output layer scores; empty for any other layer and if they are unknown. */
    public List<String> labelsOf(String layer) {
        return channels(layer) == labelNames.size() ? labelNames : List.of();
    }
}
