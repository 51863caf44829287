package org.sparkfinetune.ml;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;

/**
 * A network that every task of a Spark application can run, for pipelines outside of our jobs. Prepared once per
 * application, however many transformers use it.
 *
 * @param engine everything that travels with a task
 * @param channels number of values at each place of the output
 */
record SharedNetwork(EngineSpec engine, int channels) {
    private static final Map<Key, SharedNetwork> PREPARED = new HashMap<>();

    private record Key(String application, String model, String identity, String layer, EngineChoice choice) {}

    /**
     * Prepares the network up to a layer.
     *
     * @param model name of a card, path of a card ending in .yaml, or folder of a run; {@code modelName} in messages
     * @param layer name of a layer; empty for the card's own embedding
     * @throws org.sparkfinetune.check.FinetuneException when the model or the layer does not exist, or its weights
     *     cannot be loaded
     */
    static SharedNetwork embedding(JobContext context, String model, String layer, EngineChoice choice) {
        SourceModel source = open(context, model);
        String chosen = layer.isEmpty() ? source.card().embedding().layer() : layer;
        return prepare(context, source, chosen, choice);
    }

    /** Prepares the network up to its class scores; otherwise as {@link #embedding}. */
    static SharedNetwork classifier(JobContext context, String model, EngineChoice choice) {
        SourceModel source = open(context, model);
        return prepare(context, source, source.card().head(), choice);
    }

    private static SourceModel open(JobContext context, String model) {
        NativeEngine.enable();
        return SourceModel.open(context, "modelName", model);
    }

    /** Threads that ask for the same network at the same time wait for the first one. */
    private static SharedNetwork prepare(JobContext context, SourceModel model, String layer, EngineChoice choice) {
        Key key = new Key(context.application(), model.name(), model.identity(), layer, choice);
        synchronized (PREPARED) {
            // The files of an application that has ended are deleted.
            PREPARED.keySet().removeIf(other -> !other.application().equals(key.application()));
            return PREPARED.computeIfAbsent(key, absent -> ship(context, model, layer, choice));
        }
    }

    private static SharedNetwork ship(JobContext context, SourceModel model, String layer, EngineChoice choice) {
        model.requireLayer("layer", layer);
        int channels = model.channels(layer);
        ComputationGraph whole = model.network();
        ComputationGraph network = NetworkCut.upTo(whole, layer);
        Networks.release(whole);
        model.loaded().forget();
        try {
            // Without samples of the program's pictures: to get some, Spark might have to work for minutes.
            ShippedNetwork shipped = ShippedNetwork.ship(
                            context.spark().sparkContext(),
                            network,
                            model.card().input(),
                            choice,
                            List.of())
                    .lasting();
            context.progress().tell(model.name() + ", " + layer + ": " + shipped.description());
            return new SharedNetwork(shipped.engine(), channels);
        } finally {
            Networks.release(network);
        }
    }
}
