package org.sparkfinetune.zoo.onnx;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/** The kinds of layers that can be exported, by exact class: a subclass may compute something else. */
final class LayerNodes {
    private static final Map<Class<? extends Layer>, Writer> WRITERS = writers();

    private LayerNodes() {}

    /** Writes the nodes of one kind of layer. */
    private interface Writer {
        /** @return tensor that holds the layer's output */
        String write(OnnxLayer layer, OnnxNodes nodes);
    }

    private static Map<Class<? extends Layer>, Writer> writers() {
        Map<Class<? extends Layer>, Writer> writers = new LinkedHashMap<>();
        writers.put(ConvolutionLayer.class, ConvolutionNodes::plain);
        writers.put(Convolution2D.class, ConvolutionNodes::plain);
        writers.put(DepthwiseConvolution2D.class, ConvolutionNodes::depthwise);
        writers.put(SeparableConvolution2D.class, ConvolutionNodes::separable);
        writers.put(BatchNormalization.class, NormalizationNodes::batch);
        writers.put(LocalResponseNormalization.class, NormalizationNodes::localResponse);
        writers.put(SubsamplingLayer.class, PoolingNodes::windows);
        writers.put(Pooling2D.class, PoolingNodes::windows);
        writers.put(GlobalPoolingLayer.class, PoolingNodes::global);
        writers.put(ZeroPaddingLayer.class, PoolingNodes::zeros);
        writers.put(DenseLayer.class, DenseNodes::dense);
        writers.put(OutputLayer.class, DenseNodes::dense);
        writers.put(ActivationLayer.class, DenseNodes::activation);
        writers.put(LossLayer.class, DenseNodes::activation);
        // Dropout is only for training.
        writers.put(DropoutLayer.class, (layer, nodes) -> layer.wire().input());
        return Map.copyOf(writers);
    }

    static String write(OnnxLayer layer, OnnxNodes nodes) {
        Writer writer = WRITERS.get(layer.configuration().getClass());
        if (writer == null) {
            throw Inexpressible.kind(layer.vertex(), layer.configuration());
        }
        return writer.write(layer, nodes);
    }
}
