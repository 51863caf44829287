package org.sparkfinetune.zoo;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Replaces the output layer of a network, for the classes of the user. */
public final class Head {
    /** What a vector of zeros is divided by instead of its length. */
    private static final double SMALLEST_LENGTH = 1e-8;

    private Head() {}

    /**
     * A copy of the network with a new output layer, Xavier-initialised, of the same name; all other parameters are copied.
     * Nothing of the old output layer (regularisation, dropout, updater) is kept.
     *
     * @param headVertex name of the output layer, {@link ModelCard#head()}
     * @param seed of the new layer's weights
     * @throws IllegalArgumentException when the vertex is no output layer
     */
    public static ComputationGraph replace(ComputationGraph graph, String headVertex, HeadSpec head, long seed) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        configuration.getDefaultConfiguration().setSeed(seed);
        if (!(configuration.getVertices().get(headVertex) instanceof LayerVertex vertex)
                || !(vertex.getLayerConf().getLayer() instanceof OutputLayer old)) {
            throw new IllegalArgumentException("\"" + headVertex + "\" is no output layer of the network");
        }
        vertex.setLayerConf(layer(headVertex, old.getNIn(), head, seed));
        if (head.normalize()) {
            insertBefore(configuration, headVertex);
        }
        ComputationGraph replaced = new ComputationGraph(configuration);
        replaced.init();
        LayerParameters.copy(graph, replaced, name -> !name.equals(headVertex));
        return replaced;
    }

    /** Between the head and what it reads. */
    private static void insertBefore(ComputationGraphConfiguration configuration, String headVertex) {
        String name = headVertex + "-normalize";
        configuration.getVertices().put(name, new L2NormalizeVertex(null, SMALLEST_LENGTH));
        configuration
                .getVertexInputs()
                .put(name, configuration.getVertexInputs().get(headVertex));
        configuration.getVertexInputs().put(headVertex, new ArrayList<>(List.of(name)));
    }

    private static NeuralNetConfiguration layer(String name, long inputs, HeadSpec head, long seed) {
        OutputLayer.Builder layer = new OutputLayer.Builder(LossFunction.MCXENT)
                .name(name)
                .nIn(inputs)
                .nOut(head.classes())
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER)
                .l2(head.l2());
        if (head.dropout() > 0) {
            // Deeplearning4j counts what is kept.
            layer.dropOut(new Dropout(1 - head.dropout()));
        }
        return new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd())
                .layer(layer.build())
                .build();
    }
}
