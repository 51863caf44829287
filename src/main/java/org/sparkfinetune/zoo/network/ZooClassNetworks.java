package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.Xception;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Networks of Deeplearning4j's zoo that are equal to the published ones, layer by layer. l1 and l2, which the zoo
 * classes add to every layer, are removed; the batch normalization of Xception gets the epsilon of Keras.
 */
final class ZooClassNetworks {
    private static final int CLASSES = 1000;
    private static final double KERAS_EPSILON = 1e-3;

    private ZooClassNetworks() {}

    /** Version 1.1; poolings round down, as in the Keras port of the weights, where Caffe rounds up. */
    static ComputationGraphConfiguration squeezenet(Preprocessing input, long seed) {
        GraphBuilder graph = SqueezeNet.builder()
                .seed(seed)
                .numClasses(CLASSES)
                .inputShape(shape(input))
                .build()
                .graphBuilder();
        return corrected(withInput(graph, input).build());
    }

    /** No bias where batch normalization follows; leaky ReLU of slope 0.1. */
    static ComputationGraphConfiguration darknet19(Preprocessing input, long seed) {
        return corrected(Darknet19.builder()
                .seed(seed)
                .numClasses(CLASSES)
                .inputShape(shape(input))
                .build()
                .conf());
    }

    /** Entry flow, eight middle blocks, exit flow. */
    static ComputationGraphConfiguration xception(Preprocessing input, long seed) {
        GraphBuilder graph = Xception.builder()
                .seed(seed)
                .numClasses(CLASSES)
                .inputShape(shape(input))
                .build()
                .graphBuilder();
        ComputationGraphConfiguration configuration =
                corrected(withInput(graph, input).build());
        for (GraphVertex vertex : configuration.getVertices().values()) {
            if (vertex instanceof LayerVertex layer
                    && layer.getLayerConf().getLayer() instanceof BatchNormalization normalization) {
                normalization.setEps(KERAS_EPSILON);
            }
        }
        return configuration;
    }

    private static GraphBuilder withInput(GraphBuilder graph, Preprocessing input) {
        return graph.addInputs("input").setInputTypes(InputType.convolutional(input.height(), input.width(), 3));
    }

    private static int[] shape(Preprocessing input) {
        return new int[] {3, input.height(), input.width()};
    }

    private static ComputationGraphConfiguration corrected(ComputationGraphConfiguration configuration) {
        for (GraphVertex vertex : configuration.getVertices().values()) {
            if (vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
                trained.setRegularization(new ArrayList<>());
                trained.setRegularizationBias(new ArrayList<>());
                trained.setIUpdater(new Sgd());
                trained.setBiasUpdater(null);
            }
        }
        return configuration;
    }
}
