package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInitXavierUniform;
import org.deeplearning4j.zoo.model.ResNet50;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * The ResNet50 of Keras Applications. Deeplearning4j's zoo class has its layers and names, but not its strides, pooling
 * and epsilon; they are corrected here, and l1 and l2, which the zoo class adds to every layer, are removed. Without
 * weights it has the initial parameters of Keras: Glorot uniform, 0 and 1.
 */
final class ResNet50Network {
    private static final int CLASSES = 1000;
    private static final double EPSILON = 1e-3;

    private ResNet50Network() {}

    static ComputationGraphConfiguration configuration(Preprocessing input, long seed) {
        ComputationGraphConfiguration.GraphBuilder builder = ResNet50.builder()
                .seed(seed)
                .numClasses(CLASSES)
                .inputShape(new int[] {3, input.height(), input.width()})
                .weightInit(new WeightInitXavierUniform())
                .updater(new Sgd())
                .build()
                .graphBuilder();
        for (Map.Entry<String, ?> vertex : builder.getVertices().entrySet()) {
            if (vertex.getValue() instanceof LayerVertex layerVertex) {
                correct(vertex.getKey(), layerVertex.getLayerConf().getLayer());
            }
        }
        return builder.build();
    }

    private static void correct(String name, Layer layer) {
        if (layer instanceof BaseLayer baseLayer) {
            baseLayer.setRegularization(new ArrayList<>());
            baseLayer.setRegularizationBias(new ArrayList<>());
        }
        if (layer instanceof BatchNormalization normalization) {
            normalization.setEps(EPSILON);
        }
        switch (name) {
            case "res2a_branch2a", "res2a_branch1" -> ((ConvolutionLayer) layer).setStride(new int[] {1, 1});
            case "stem-maxpool1" -> ((SubsamplingLayer) layer).setPadding(new int[] {1, 1});
            case "avgpool" -> averageOverAll((SubsamplingLayer) layer);
            default -> {
                // As published.
            }
        }
    }

    private static void averageOverAll(SubsamplingLayer pooling) {
        pooling.setPoolingType(PoolingType.AVG);
        pooling.setKernelSize(new int[] {7, 7});
        pooling.setStride(new int[] {1, 1});
    }
}
