package org.sparkfinetune.zoo.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.inference.engine.OnnxEngine;

class OnnxExportTest {
    @Test
    void anyNumberOfPicturesGoesInAndComesOut() {
        var graph = OnnxCase.of(convolution()).model(OnnxInput.FLOAT).getGraph();
        assertThat(shape(graph.getInput(0))).containsExactly("batch", "3", "11", "13");
        assertThat(shape(graph.getOutput(0))).containsExactly("batch", "4", "9", "11");
        assertThat(graph.getOutput(0).getName()).isEqualTo("layer");
    }

    @Test
    void bytesAreChannelsLast() {
        var graph = OnnxCase.of(convolution()).model(OnnxInput.UINT8).getGraph();
        assertThat(shape(graph.getInput(0))).containsExactly("batch", "11", "13", "3");
    }

    @Test
    void everyRuntimeSinceOperatorSet17ReadsIt() {
        ModelProto model = OnnxCase.of(convolution()).model(OnnxInput.FLOAT);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
        assertThat(model.getIrVersion()).isEqualTo(8);
    }

    @Test
    void theFileSaysWhatGoesInAndWhatComesOut() {
        ModelProto model = OnnxCase.of(convolution()).model(OnnxInput.UINT8);
        Map<String, String> metadata = model.getMetadataPropsList().stream()
                .collect(Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
        assertThat(metadata)
                .containsOnlyKeys("model", "input", "preprocessing", "labels")
                .containsEntry("model", "a network")
                .containsEntry("input", "uint8")
                .containsEntry("labels", "[\"yes\",\"no\"]")
                .containsEntry(
                        "preprocessing",
                        "{\"channelOrder\":\"bgr\",\"height\":11,\"interpolation\":\"area\","
                                + "\"mean\":[103.939,116.779,123.68],"
                                + "\"shortSide\":13,\"std\":[58.0,57.0,60.0],\"width\":13}");
    }

    @Test
    void theRuntimeFindsTheMetadata() {
        try (OnnxEngine engine = OnnxEngine.open(OnnxCase.of(convolution()).export(OnnxInput.FLOAT), 1)) {
            assertThat(engine.metadata()).containsEntry("input", "float").containsKey("labels");
        }
    }

    @Test
    void batchNormalisationBecomesPartOfAnyConvolutionBeforeIt() {
        OnnxCase network = OnnxCase.of(builder -> builder.addLayer("plain", convolution(), "input")
                .addLayer("plain-norm", new BatchNormalization(), "plain")
                .addLayer(
                        "depthwise",
                        new DepthwiseConvolution2D.Builder(2, 2).hasBias(false).build(),
                        "plain-norm")
                .addLayer("depthwise-norm", new BatchNormalization(), "depthwise")
                .addLayer(
                        "separable",
                        new SeparableConvolution2D.Builder(2, 2).nOut(3).build(),
                        "depthwise-norm")
                .addLayer("separable-norm", new BatchNormalization(), "separable")
                .setOutputs("separable-norm"));
        assertThat(operators(network)).containsExactly("Conv", "Conv", "Conv", "Conv");
        assertThat(network.difference(OnnxInput.FLOAT, 2)).isLessThan(1e-4);
    }

    @Test
    void batchNormalisationStaysWhenTheConvolutionIsReadByOthersOrNotLinear() {
        OnnxCase shared = OnnxCase.of(builder -> builder.addLayer("conv", convolution(), "input")
                .addLayer("norm", new BatchNormalization(), "conv")
                .setOutputs("conv", "norm"));
        assertThat(operators(shared)).containsExactly("Conv", "Mul", "Add");
        assertThat(shared.difference(OnnxInput.FLOAT, 2)).isLessThan(1e-4);

        OnnxCase bent = OnnxCase.of(builder -> builder.addLayer(
                        "conv",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(4)
                                .activation(Activation.RELU)
                                .build(),
                        "input")
                .addLayer("norm", new BatchNormalization(), "conv")
                .setOutputs("norm"));
        assertThat(operators(bent)).containsExactly("Conv", "Relu", "Mul", "Add");
        assertThat(bent.difference(OnnxInput.FLOAT, 2)).isLessThan(1e-4);
    }

    @Test
    void frozenLayersAreExportedLikeOthers() {
        assertThat(OnnxCase.of(new FrozenLayer(convolution())).difference(OnnxInput.FLOAT, 2))
                .isLessThan(1e-4);
    }

    @Test
    void aLayerWithoutCounterpartIsNamed() {
        OnnxCase network = OnnxCase.of(new Deconvolution2D.Builder(2, 2).nOut(2).build());
        assertThatThrownBy(() -> network.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("vertex \"layer\": is a org.deeplearning4j.nn.conf.layers.Deconvolution2D, which cannot be"
                        + " exported to ONNX; export a layer below it, or run it with engine: dl4j");
    }

    @Test
    void anActivationWithoutCounterpartIsNamed() {
        OnnxCase network = OnnxCase.of(new ActivationLayer(new ActivationRReLU()));
        assertThatThrownBy(() -> network.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("vertex \"layer\": is a org.nd4j.linalg.activations.impl.ActivationRReLU with these"
                        + " settings, which cannot be exported to ONNX; export a layer below it, or run it with engine:"
                        + " dl4j");
    }

    @Test
    void aSettingWithoutCounterpartIsNamed() {
        OnnxCase stride = OnnxCase.of(new ConvolutionLayer.Builder(3, 3)
                .nOut(2)
                .stride(2, 2)
                .dilation(2, 2)
                .convolutionMode(ConvolutionMode.Same)
                .build());
        assertThatThrownBy(() -> stride.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("vertex \"layer\": is a org.deeplearning4j.nn.conf.layers.ConvolutionLayer with"
                        + " stride [2, 2], dilation [2, 2] and the convolution mode Same, which cannot");

        OnnxCase batch = OnnxCase.of(builder -> builder.addLayer(
                        "dense", new DenseLayer.Builder().nOut(4).build(), "input")
                .addVertex("shape", new ReshapeVertex(2, 2), "dense")
                .setOutputs("shape"));
        assertThatThrownBy(() -> batch.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(
                        "vertex \"shape\": is a org.deeplearning4j.nn.conf.graph.ReshapeVertex with shape"
                                + " [2, 2] in order c (the first dimension must be -1, the order c), which cannot");
    }

    @Test
    void aDilatedWindowOfPoolingAndChannelsLastAreNamed() {
        OnnxCase dilated = OnnxCase.of(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                .kernelSize(3, 3)
                .dilation(2, 1)
                .build());
        assertThatThrownBy(() -> dilated.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("vertex \"layer\": is a org.deeplearning4j.nn.conf.layers.SubsamplingLayer with"
                        + " dilation [2, 1], which cannot");

        OnnxCase turned = OnnxCase.of(convolution());
        LayerVertex vertex =
                (LayerVertex) turned.network().getConfiguration().getVertices().get("layer");
        ((ConvolutionLayer) vertex.getLayerConf().getLayer()).setCnn2dDataFormat(CNN2DFormat.NHWC);
        assertThatThrownBy(() -> turned.export(OnnxInput.FLOAT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(" with channels last (NHWC), which cannot");
    }

    private static ConvolutionLayer convolution() {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static List<String> operators(OnnxCase network) {
        return network.model(OnnxInput.FLOAT).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    private static List<String> shape(ValueInfoProto value) {
        return value.getType().getTensorType().getShape().getDimList().stream()
                .map(OnnxExportTest::size)
                .toList();
    }

    private static String size(TensorShapeProto.Dimension dimension) {
        return dimension.getDimParam().isEmpty() ? String.valueOf(dimension.getDimValue()) : dimension.getDimParam();
    }
}
