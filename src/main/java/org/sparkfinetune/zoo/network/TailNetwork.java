package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Configures the tail of a {@link NetworkCut} for training, and rebuilds it on another JVM. */
public final class TailNetwork {
    private TailNetwork() {}

    /**
     * Returns the configuration with an updater for every weight and bias. Updaters and clipping of the zoo or an
     * earlier training are removed; its regularization stays, and that of the optimizer is added.
     *
     * @param configuration configuration, which is not changed
     * @param seed seed of randomness in training
     */
    public static ComputationGraphConfiguration configure(
            ComputationGraphConfiguration configuration, TailSettings settings, long seed) {
        ComputationGraphConfiguration copy = configuration.clone();
        copy.getDefaultConfiguration().setSeed(seed);
        copy.getVertices().forEach((name, vertex) -> {
            if (vertex instanceof LayerVertex layerVertex) {
                NeuralNetConfiguration layer = layerVertex.getLayerConf();
                layer.setSeed(seed);
                if (layer.getLayer() instanceof BaseLayer trained) {
                    configure(trained, settings, settings.learningRateFactors().getOrDefault(name, 1.0));
                }
            }
        });
        return copy;
    }

    private static void configure(BaseLayer layer, TailSettings settings, double factor) {
        IUpdater updater = settings.optimizer().updater(factor);
        layer.setIUpdater(updater);
        layer.setBiasUpdater(updater.clone());
        List<Regularization> regularization =
                layer.getRegularization() == null ? new ArrayList<>() : new ArrayList<>(layer.getRegularization());
        regularization.addAll(settings.optimizer().weightRegularization());
        layer.setRegularization(regularization);
        boolean clipped = settings.clipGradientNorm() > 0 && !(layer instanceof BatchNormalization);
        layer.setGradientNormalization(clipped ? GradientNormalization.ClipL2PerLayer : GradientNormalization.None);
        layer.setGradientNormalizationThreshold(clipped ? settings.clipGradientNorm() : 1);
        if (layer instanceof BaseOutputLayer output && !settings.classWeights().isEmpty()) {
            output.setLossFn(new LossMCXENT(weights(settings.classWeights())));
        }
    }

    private static INDArray weights(List<Double> classWeights) {
        float[] weights = new float[classWeights.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = classWeights.get(i).floatValue();
        }
        return Nd4j.create(weights, new long[] {1, weights.length}, 'c');
    }

    /**
     * Builds a tail from its configuration and parameters.
     *
     * @param configurationJson text of {@link ComputationGraphConfiguration#toJson()}
     * @param parameters array [1, n] of {@link ComputationGraph#params()}, which is copied
     * @throws IllegalArgumentException when the number of parameters does not match the configuration
     */
    public static ComputationGraph create(String configurationJson, INDArray parameters) {
        ComputationGraph tail = new ComputationGraph(ComputationGraphConfiguration.fromJson(configurationJson));
        tail.init(parameters, true);
        return tail;
    }
}
