package org.sparkfinetune.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** How the tail of a {@link NetworkCut} is trained, and how it is made again on another JVM. */
public final class Tail {
    private Tail() {}

    /**
     * The same configuration with an updater for every weight and bias. Whatever updater the zoo or an earlier training left
     * in it is gone.
     *
     * @param configuration is not changed
     * @param seed of what is random in training
     */
    public static ComputationGraphConfiguration configure(
            ComputationGraphConfiguration configuration, IUpdater updater, long seed) {
        ComputationGraphConfiguration copy = configuration.clone();
        copy.getDefaultConfiguration().setSeed(seed);
        for (var vertex : copy.getVertices().values()) {
            if (vertex instanceof LayerVertex layerVertex) {
                NeuralNetConfiguration layer = layerVertex.getLayerConf();
                layer.setSeed(seed);
                if (layer.getLayer() instanceof BaseLayer trained) {
                    trained.setIUpdater(updater.clone());
                    trained.setBiasUpdater(updater.clone());
                }
            }
        }
        return copy;
    }

    /**
     * Makes a tail from what travels: text and numbers.
     *
     * @param configurationJson of {@link ComputationGraphConfiguration#toJson()}
     * @param parameters [1, n] as {@link ComputationGraph#params()} gives them; copied
     * @throws IllegalArgumentException when the number of parameters is not the configuration's
     */
    public static ComputationGraph create(String configurationJson, INDArray parameters) {
        ComputationGraph tail = new ComputationGraph(ComputationGraphConfiguration.fromJson(configurationJson));
        tail.init(parameters, true);
        return tail;
    }
}
