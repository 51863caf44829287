package org.sparkfinetune.zoo.network;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * VGG with the layer names of Keras: five blocks of 3×3 convolutions, each ended by a pooling that halves the picture,
 * then two dense layers of 4,096. Deeplearning4j's zoo classes are the same networks with numbers for names.
 */
final class VggNetwork {
    private static final int[] CHANNELS = {64, 128, 256, 512, 512};
    private static final int DENSE = 4096;
    private static final int CLASSES = 1000;

    private VggNetwork() {}

    /**
     * @param convolutions number of convolutions in each of the five blocks: 2, 2, 3, 3, 3 is VGG16; 2, 2, 4, 4, 4 is
     *     VGG19
     */
    static ComputationGraphConfiguration configuration(Preprocessing input, long seed, int... convolutions) {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .weightInit(new WeightInitRelu())
                .updater(new Sgd())
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(input.height(), input.width(), 3));
        String below = "input";
        for (int block = 0; block < CHANNELS.length; block++) {
            String prefix = "block" + (block + 1);
            for (int i = 1; i <= convolutions[block]; i++) {
                graph.addLayer(prefix + "_conv" + i, convolution(CHANNELS[block]), below);
                below = prefix + "_conv" + i;
            }
            graph.addLayer(prefix + "_pool", halving(), below);
            below = prefix + "_pool";
        }
        return graph.addLayer("fc1", dense(), below)
                .addLayer("fc2", dense(), "fc1")
                .addLayer(
                        "predictions",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "fc2")
                .setOutputs("predictions")
                .build();
    }

    private static ConvolutionLayer convolution(int channels) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(channels)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.RELU)
                .build();
    }

    private static SubsamplingLayer halving() {
        return new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2)
                .stride(2, 2)
                .build();
    }

    private static DenseLayer dense() {
        return new DenseLayer.Builder().nOut(DENSE).activation(Activation.RELU).build();
    }
}
