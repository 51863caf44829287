package org.sparkfinetune.bench.layers;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** A layer of ResNet50 or VGG16 in its size there, which {@link LayerBenchmark} runs alone. */
public enum LayerKind {
    /** The first of ResNet50, stem-cnn1. */
    CONVOLUTION_7X7_STRIDE_2(() -> convolution(7, 2, 64), 3, 224, 224),
    /** ResNet50's res2b_branch2a. */
    CONVOLUTION_1X1(() -> convolution(1, 1, 64), 256, 56, 56),
    /** ResNet50's res3b_branch2b. */
    CONVOLUTION_3X3(() -> convolution(3, 1, 128), 128, 28, 28),
    /** VGG16's block1_conv2, which needs ten times as many operations as the one above. */
    CONVOLUTION_3X3_VGG(() -> convolution(3, 1, 64), 64, 224, 224),
    /** ResNet50's bn2b_branch2c. */
    BATCH_NORMALIZATION(BatchNormalization::new, 256, 56, 56),
    /** ResNet50's stem-maxpool1. */
    MAX_POOLING(() -> pooling(PoolingType.MAX, 3, 2), 64, 112, 112),
    /** VGG16's block1_pool. */
    MAX_POOLING_VGG(() -> pooling(PoolingType.MAX, 2, 2), 64, 224, 224),
    /** ResNet50's avgpool. */
    AVERAGE_POOLING(() -> pooling(PoolingType.AVG, 7, 1), 2048, 7, 7),
    /** The end of a block of ResNet50's second stage. */
    RELU(() -> new ActivationLayer(Activation.RELU), 256, 56, 56),
    /** The addition before it; no layer but a vertex. */
    ADD(() -> null, 256, 56, 56),
    /** VGG16's fc2. */
    DENSE(
            () -> new DenseLayer.Builder()
                    .nOut(4096)
                    .activation(Activation.IDENTITY)
                    .build(),
            4096);

    /** The only vertex. */
    static final String VERTEX = "layer";

    private static final long SEED = 1;

    private final Supplier<Layer> layer;
    private final long[] inputShape;

    LayerKind(Supplier<Layer> layer, long... inputShape) {
        this.layer = layer;
        this.inputShape = inputShape;
    }

    private static Layer convolution(int side, int stride, int channels) {
        return new ConvolutionLayer.Builder(side, side)
                .stride(stride, stride)
                .nOut(channels)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static Layer pooling(PoolingType type, int side, int stride) {
        return new SubsamplingLayer.Builder(type)
                .kernelSize(side, side)
                .stride(stride, stride)
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
    }

    /** A network of this layer alone, whose vertex is {@value #VERTEX}. */
    ComputationGraphConfiguration configuration() {
        List<String> inputs =
                IntStream.range(0, inputCount()).mapToObj(i -> "input" + i).toList();
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .weightInit(WeightInit.RELU)
                .updater(new Sgd())
                .graphBuilder()
                .addInputs(inputs)
                .setInputTypes(inputs.stream().map(input -> inputType()).toArray(InputType[]::new));
        String[] below = inputs.toArray(String[]::new);
        if (this == ADD) {
            graph.addVertex(VERTEX, new ElementWiseVertex(ElementWiseVertex.Op.Add), below);
        } else {
            graph.addLayer(VERTEX, layer.get(), below);
        }
        return graph.setOutputs(VERTEX).build();
    }

    private int inputCount() {
        return this == ADD ? 2 : 1;
    }

    private InputType inputType() {
        return inputShape.length == 1
                ? InputType.feedForward(inputShape[0])
                : InputType.convolutional(inputShape[1], inputShape[2], inputShape[0]);
    }

    /**
     * Random numbers, the same each time.
     *
     * @return [batch, channels, height, width] or [batch, values] for each input
     */
    INDArray[] inputs(int batch) {
        return IntStream.range(0, inputCount())
                .mapToObj(i -> random(SEED + i, batch, inputShape))
                .toArray(INDArray[]::new);
    }

    /** The same for the gradient of the loss with respect to the output. */
    INDArray outputGradient(int batch) {
        InputType[] inputs =
                IntStream.range(0, inputCount()).mapToObj(i -> inputType()).toArray(InputType[]::new);
        InputType output = configuration().getLayerActivationTypes(inputs).get(VERTEX);
        return random(SEED + inputCount(), batch, output.getShape(false));
    }

    private static INDArray random(long seed, int batch, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(
                LongStream.concat(LongStream.of(batch), LongStream.of(shape)).toArray());
    }
}
