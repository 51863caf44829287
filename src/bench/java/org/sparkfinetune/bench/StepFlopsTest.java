package org.sparkfinetune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;

class StepFlopsTest {
    private static final InputType PICTURES = InputType.convolutional(8, 8, 3);
    /** Outputs times window times input channels. */
    private static final long FIRST = 2 * 4 * 8 * 8 * 9 * 3;

    private static final long SECOND = 2 * 4 * 8 * 8 * 4;
    private static final long THIRD = SECOND;
    private static final long HEAD = 2 * 4 * 4 * 4 * 5;

    @Test
    void theFirstTrainedLayerHasNoGradientOfItsInputs() {
        assertThat(StepFlops.of(network(), PICTURES, Set.of("first", "norm", "second", "third", "add", "pool", "head")))
                .isEqualTo(new StepFlops(0, 2 * FIRST + 3 * (SECOND + THIRD + HEAD)));
    }

    @Test
    void frozenLayersGoForwardOnly() {
        assertThat(StepFlops.of(network(), PICTURES, Set.of("head")))
                .isEqualTo(new StepFlops(FIRST + SECOND + THIRD, 2 * HEAD));
    }

    /** Batch normalisation learns, so a gradient must get down to it. */
    @Test
    void aLayerAboveTrainedNormalisationHasAGradientOfItsInputs() {
        assertThat(StepFlops.of(network(), PICTURES, Set.of("norm", "second", "third", "add", "pool", "head")))
                .isEqualTo(new StepFlops(FIRST, 3 * (SECOND + THIRD + HEAD)));
    }

    /** Nothing that learns lies below second and third. */
    @Test
    void eachBranchAboveTheCutIsAFirstLayer() {
        assertThat(StepFlops.of(network(), PICTURES, Set.of("second", "third", "add", "pool", "head")))
                .isEqualTo(new StepFlops(FIRST, 2 * (SECOND + THIRD) + 3 * HEAD));
    }

    /** The multiply-adds of a forward pass that are published: 3.86 billion (Keras' strides), 15.5 billion. */
    @ParameterizedTest
    @CsvSource({"resnet50:avgpool:8, 3.86", "vgg16:fc2:8, 15.47"})
    void theNetworksOfTheZooAreCounted(String text, double billions) {
        TrainingCase one = TrainingCase.parse(text);
        StepFlops flops = StepFlops.of(one, one.network());
        assertThat(Math.round((flops.trunk() + flops.tail() / 2.0) / 2e7) / 100.0)
                .isEqualTo(billions);
    }

    /** Two branches that are added, and a head. */
    private static ComputationGraphConfiguration network() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(PICTURES)
                .addLayer("first", convolution(3), "input")
                .addLayer("norm", new BatchNormalization(), "first")
                .addLayer("second", convolution(1), "norm")
                .addLayer("third", convolution(1), "norm")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "second", "third")
                .addLayer(
                        "pool",
                        new SubsamplingLayer.Builder()
                                .kernelSize(2, 2)
                                .stride(2, 2)
                                .build(),
                        "add")
                .addLayer(
                        "head",
                        new OutputLayer.Builder()
                                .nOut(5)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("head")
                .build());
        graph.init();
        return graph.getConfiguration();
    }

    private static ConvolutionLayer convolution(int side) {
        return new ConvolutionLayer.Builder(side, side)
                .nOut(4)
                .convolutionMode(ConvolutionMode.Same)
                .build();
    }
}
