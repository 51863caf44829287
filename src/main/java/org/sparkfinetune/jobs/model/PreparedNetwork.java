package org.sparkfinetune.jobs.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * A network that every task of a Spark application can run, for programs that are no jobs of ours. The same one is made only
 * once in an application.
 *
 * @param engine all that travels with a task
 * @param channels values that a picture has in each place of the output
 */
public record PreparedNetwork(EngineSpec engine, int channels) {
    private static final Map<Key, PreparedNetwork> PREPARED = new HashMap<>();

    private record Key(String application, String model, String identity, String layer, EngineChoice choice) {}

    /**
     * The activations of a layer.
     *
     * @param model name of a card, path of a card ending in .yaml, or folder of a run; messages call it {@code modelName}
     * @param layer name of a layer; empty for the card's own embedding
     * @throws org.sparkfinetune.check.FinetuneException when there is no such model or layer, or its weights cannot be had
     */
    public static PreparedNetwork embedding(JobContext context, String model, String layer, EngineChoice choice) {
        SourceModel source = open(context, model);
        String chosen = layer.isEmpty() ? source.card().embedding().layer() : layer;
        return prepare(context, source, chosen, choice);
    }

    /** The scores of the classes; else as {@link #embedding}. */
    public static PreparedNetwork classifier(JobContext context, String model, EngineChoice choice) {
        SourceModel source = open(context, model);
        return prepare(context, source, source.card().head(), choice);
    }

    private static SourceModel open(JobContext context, String model) {
        NativeEngine.enable();
        return SourceModel.open(context, "modelName", model);
    }

    /** One after the other: threads that ask for the same network at the same time wait for it. */
    private static PreparedNetwork prepare(JobContext context, SourceModel model, String layer, EngineChoice choice) {
        Key key = new Key(context.application(), model.name(), model.identity(), layer, choice);
        synchronized (PREPARED) {
            // Files of an application that is over are gone.
            PREPARED.keySet().removeIf(other -> !other.application().equals(key.application()));
            return PREPARED.computeIfAbsent(key, absent -> ship(context, model, layer, choice));
        }
    }

    private static PreparedNetwork ship(JobContext context, SourceModel model, String layer, EngineChoice choice) {
        model.requireLayer("layer", layer);
        int channels = model.channels(layer);
        ComputationGraph whole = model.network();
        ComputationGraph network = NetworkCut.upTo(whole, layer);
        Networks.release(whole);
        model.loaded().forget();
        try {
            // Pictures of the program are not looked at: to have some, Spark might have to do work that costs minutes.
            ShippedNetwork shipped = ShippedNetwork.ship(
                            context.spark().sparkContext(),
                            network,
                            model.card().input(),
                            choice,
                            List.of())
                    .lasting();
            context.progress().tell(model.name() + ", " + layer + ": " + shipped.description());
            return new PreparedNetwork(shipped.engine(), channels);
        } finally {
            Networks.release(network);
        }
    }
}
