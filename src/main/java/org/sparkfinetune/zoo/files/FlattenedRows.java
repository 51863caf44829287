package org.sparkfinetune.zoo.files;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.modelimport.keras.preprocessors.TensorFlowCnnToFeedForwardPreProcessor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The shape of a dense layer's inputs before they were flattened. Keras flattens height, width, channels; networks here
 * are channels first, so the rows of the first dense kernel have another order.
 *
 * @param height height of the feature map, 1 when nothing was flattened
 * @param width width of the feature map, 1 when nothing was flattened
 */
record FlattenedRows(long height, long width) {
    private static final FlattenedRows NONE = new FlattenedRows(1, 1);

    /** Returns the rows of the layer at a vertex. */
    static FlattenedRows before(ComputationGraphConfiguration configuration, String vertex) {
        if (configuration.getVertices().get(vertex) instanceof LayerVertex layer && layer.getPreProcessor() != null) {
            return of(layer.getPreProcessor());
        }
        return configuration.getVertexInputs().get(vertex).stream()
                .map(configuration.getVertices()::get)
                .filter(PreprocessorVertex.class::isInstance)
                .map(input -> of(((PreprocessorVertex) input).getPreProcessor()))
                .findFirst()
                .orElse(NONE);
    }

    private static FlattenedRows of(InputPreProcessor preProcessor) {
        return preProcessor instanceof CnnToFeedForwardPreProcessor flatten
                ? new FlattenedRows(flatten.getInputHeight(), flatten.getInputWidth())
                : NONE;
    }

    /** Returns whether a network flattens channels last, like Keras, anywhere. */
    static boolean channelsLast(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream()
                .map(vertex -> vertex instanceof LayerVertex layer
                        ? layer.getPreProcessor()
                        : vertex instanceof PreprocessorVertex preprocessor ? preprocessor.getPreProcessor() : null)
                .anyMatch(found -> found instanceof TensorFlowCnnToFeedForwardPreProcessor
                        || (found instanceof CnnToFeedForwardPreProcessor flatten
                                && flatten.getFormat() == CNN2DFormat.NHWC));
    }

    /**
     * Reorders the rows of a kernel.
     *
     * @param kernel array [height · width · channels, outputs]
     * @return [channels · height · width, outputs]
     */
    INDArray channelsFirst(INDArray kernel) {
        if (height * width == 1) {
            return kernel;
        }
        long outputs = kernel.size(1);
        long channels = kernel.size(0) / (height * width);
        return kernel.dup('c')
                .reshape('c', height, width, channels, outputs)
                .permute(2, 0, 1, 3)
                .dup('c')
                .reshape('c', kernel.size(0), outputs);
    }
}
