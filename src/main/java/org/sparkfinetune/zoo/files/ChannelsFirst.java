package org.sparkfinetune.zoo.files;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.Preprocessing;

/** Converts the configuration of an imported network from channels last to channels first. */
final class ChannelsFirst {
    private static final CNN2DFormat NCHW = CNN2DFormat.NCHW;

    private ChannelsFirst() {}

    /**
     * Changes the configuration in place.
     *
     * @param place path of the file, for messages
     * @param input preprocessing with the height and width that the network must accept
     * @throws BadDataException when it has a layer or vertex that cannot be converted
     */
    static void convert(String place, ComputationGraphConfiguration configuration, Preprocessing input) {
        configuration.getVertices().forEach((name, vertex) -> {
            if (!turned(vertex)) {
                throw new BadDataException(
                        place,
                        "the layer " + name + " is a " + describe(vertex)
                                + ", which cannot be converted to channels first; build the network in"
                                + " Deeplearning4j and"
                                + " save it as a dl4j-zip");
            }
        });
        try {
            configuration.clone().getLayerActivationTypes(InputType.convolutional(input.height(), input.width(), 3));
        } catch (RuntimeException e) {
            throw new BadDataException(
                    place,
                    "its network does not accept pictures of " + input.height() + " x " + input.width()
                            + ", which the card says: " + e.getMessage(),
                    e);
        }
    }

    private static boolean turned(GraphVertex vertex) {
        if (vertex instanceof LayerVertex layer) {
            layer.setPreProcessor(turned(layer.getPreProcessor()));
            return turned(layer.getLayerConf().getLayer());
        }
        if (vertex instanceof PreprocessorVertex preprocessor) {
            preprocessor.setPreProcessor(turned(preprocessor.getPreProcessor()));
            return preprocessor.getPreProcessor() instanceof CnnToFeedForwardPreProcessor;
        }
        if (vertex instanceof MergeVertex merge) {
            merge.setMergeAxis(MergeVertex.DEFAULT_MERGE_DIM);
            return true;
        }
        return vertex instanceof ElementWiseVertex;
    }

    private static InputPreProcessor turned(InputPreProcessor preProcessor) {
        return preProcessor instanceof CnnToFeedForwardPreProcessor flatten
                ? new CnnToFeedForwardPreProcessor(
                        flatten.getInputHeight(), flatten.getInputWidth(), flatten.getNumChannels(), NCHW)
                : preProcessor;
    }

    private static boolean turned(Layer layer) {
        if (layer instanceof ConvolutionLayer convolution) {
            convolution.setCnn2dDataFormat(NCHW);
        } else if (layer instanceof SubsamplingLayer pooling) {
            pooling.setCnn2dDataFormat(NCHW);
        } else if (layer instanceof BatchNormalization normalization) {
            normalization.setCnn2DFormat(NCHW);
        } else if (layer instanceof ZeroPaddingLayer padding) {
            padding.setDataFormat(NCHW);
        } else if (layer instanceof GlobalPoolingLayer pooling) {
            pooling.setPoolingDimensions(new int[] {2, 3});
        } else {
            return layer instanceof ActivationLayer
                    || layer instanceof DenseLayer
                    || layer instanceof DropoutLayer
                    || layer instanceof OutputLayer
                    || layer instanceof LossLayer;
        }
        return true;
    }

    private static String describe(GraphVertex vertex) {
        Object described =
                vertex instanceof LayerVertex layer ? layer.getLayerConf().getLayer() : vertex;
        return described.getClass().getSimpleName();
    }
}
