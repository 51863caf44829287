package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * Replaces the head of a network for the classes of the user: an output layer with the name of the head replaces the
 * head vertex and everything above it. Networks that score with a convolution, SqueezeNet and Darknet19, get the usual
 * average over the feature map before it, {@code NAME_pool}; a hidden layer is called {@code NAME_hidden}.
 */
public final class Head {
    /** The divisor of a vector of zeros, instead of its length. */
    private static final double SMALLEST_LENGTH = 1e-8;

    private final ComputationGraphConfiguration configuration;
    private final Set<String> added = new HashSet<>();
    private final long seed;

    private Head(ComputationGraphConfiguration configuration, long seed) {
        this.configuration = configuration;
        this.seed = seed;
    }

    /**
     * Returns a copy of the network with a new, randomly initialized head; all other parameters are copied. Nothing of
     * the old head (regularization, dropout, updater) is kept.
     *
     * @param headVertex name of the layer that scores the classes, {@link ModelCard#head()}
     * @param seed seed of the weights of the new layers
     * @throws IllegalArgumentException when the vertex is not a dense, output or convolution layer
     */
    public static ComputationGraph replace(ComputationGraph graph, String headVertex, HeadSpec head, long seed) {
        Head replacement = new Head(graph.getConfiguration().clone(), seed);
        replacement.configuration.getDefaultConfiguration().setSeed(seed);
        replacement.put(headVertex, head);
        ComputationGraph replaced = new ComputationGraph(replacement.configuration);
        replaced.init();
        LayerParameters.copy(graph, replaced, name -> !replacement.added.contains(name));
        return replaced;
    }

    private static String pool(String headVertex) {
        return headVertex + "_pool";
    }

    /**
     * Returns the card of a fine-tuned network: where the embedding layer went with the old head, as in networks that
     * score with a convolution, the average below the new head is the embedding.
     */
    public static ModelCard describe(ModelCard card, ComputationGraph network) {
        Set<String> vertices = network.getConfiguration().getVertices().keySet();
        String pool = pool(card.head());
        if (vertices.contains(card.embedding().layer()) || !vertices.contains(pool)) {
            return card;
        }
        int size = Networks.channels(network, card.input(), pool);
        return YamlFile.with(card, Map.of("embedding", new ModelCard.Embedding(pool, size)));
    }

    private void put(String headVertex, HeadSpec head) {
        if (!(configuration.getVertices().get(headVertex) instanceof LayerVertex vertex)
                || !(vertex.getLayerConf().getLayer() instanceof FeedForwardLayer old)) {
            throw new IllegalArgumentException("\"" + headVertex + "\" is not a layer that scores classes");
        }
        String below = configuration.getVertexInputs().get(headVertex).get(0);
        InputPreProcessor preProcessor = vertex.getPreProcessor();
        removeWithDescendants(headVertex);
        if (old instanceof ConvolutionLayer) {
            below = add(unused(pool(headVertex)), new GlobalPoolingLayer(PoolingType.AVG), null, below);
            preProcessor = null;
        }
        if (head.normalize()) {
            below = normalize(unused(headVertex + "_normalize"), below);
        }
        long inputs = old.getNIn();
        if (head.hidden() > 0) {
            below = add(unused(headVertex + "_hidden"), hidden(inputs, head), preProcessor, below);
            preProcessor = null;
            inputs = head.hidden();
        }
        add(headVertex, output(inputs, head), preProcessor, below);
        configuration.setNetworkOutputs(new ArrayList<>(List.of(headVertex)));
    }

    private void removeWithDescendants(String vertex) {
        Set<String> removed = new HashSet<>(Set.of(vertex));
        Map<String, List<String>> inputs = configuration.getVertexInputs();
        boolean grown = true;
        while (grown) {
            grown = inputs.entrySet().stream()
                    .filter(entry -> entry.getValue().stream().anyMatch(removed::contains))
                    .map(Map.Entry::getKey)
                    .toList()
                    .stream()
                    .map(removed::add)
                    .reduce(false, Boolean::logicalOr);
        }
        configuration.getVertices().keySet().removeAll(removed);
        inputs.keySet().removeAll(removed);
    }

    /** After two replacements, the first hidden layer stays below the second. */
    private String unused(String name) {
        String candidate = name;
        for (int i = 2; configuration.getVertices().containsKey(candidate); i++) {
            candidate = name + i;
        }
        return candidate;
    }

    private String normalize(String name, String below) {
        configuration.getVertices().put(name, new L2NormalizeVertex(null, SMALLEST_LENGTH));
        configuration.getVertexInputs().put(name, new ArrayList<>(List.of(below)));
        return name;
    }

    private String add(String name, Layer layer, InputPreProcessor preProcessor, String below) {
        layer.setLayerName(name);
        NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd())
                .layer(layer)
                .build();
        configuration.getVertices().put(name, new LayerVertex(conf, preProcessor));
        configuration.getVertexInputs().put(name, new ArrayList<>(List.of(below)));
        added.add(name);
        return name;
    }

    private static Layer hidden(long inputs, HeadSpec head) {
        DenseLayer.Builder layer = new DenseLayer.Builder()
                .nIn(inputs)
                .nOut(head.hidden())
                .activation(Activation.RELU)
                .weightInit(WeightInit.RELU)
                .l2(head.l2());
        if (head.dropout() > 0) {
            layer.dropOut(dropped(head));
        }
        return layer.build();
    }

    private static Layer output(long inputs, HeadSpec head) {
        OutputLayer.Builder layer = new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(head.classes())
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER)
                .l2(head.l2());
        if (head.dropout() > 0) {
            layer.dropOut(dropped(head));
        }
        return layer.build();
    }

    /** Deeplearning4j expects the fraction that is kept. */
    private static Dropout dropped(HeadSpec head) {
        return new Dropout(1 - head.dropout());
    }
}
