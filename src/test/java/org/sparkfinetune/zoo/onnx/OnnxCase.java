package org.sparkfinetune.zoo.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import onnx.Onnx.ModelProto;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.engine.Dl4jEngine;
import org.sparkfinetune.inference.engine.EngineDifference;
import org.sparkfinetune.inference.engine.GeneratedPictures;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/** A network, run by Deeplearning4j and, exported, by ONNX Runtime. */
record OnnxCase(ComputationGraph network, Preprocessing input) {
    static {
        NativeEngine.enable();
    }

    /** Odd and unequal sizes, so that padding is uneven and height and width cannot be mixed up. */
    static final Preprocessing SMALL = new Preprocessing(
            13,
            11,
            13,
            Interpolation.AREA,
            ChannelOrder.BGR,
            List.of(103.939, 116.779, 123.68),
            List.of(58.0, 57.0, 60.0));

    /** One layer on the picture. */
    static OnnxCase of(Layer layer) {
        return of(builder -> builder.addLayer("layer", layer, "input").setOutputs("layer"));
    }

    /** A graph from the input {@code "input"}; every parameter is random, running statistics too. */
    static OnnxCase of(Function<GraphBuilder, GraphBuilder> vertices) {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(7)
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.IDENTITY)
                // As NetworkCut does it for a trunk with several outputs.
                .inferenceWorkspaceMode(WorkspaceMode.NONE)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(SMALL.height(), SMALL.width(), 3));
        ComputationGraph network = new ComputationGraph(vertices.apply(builder).build());
        network.init();
        randomise(network);
        return new OnnxCase(network, SMALL);
    }

    private static void randomise(ComputationGraph network) {
        Nd4j.getRandom().setSeed(11);
        for (var layer : network.getLayers()) {
            layer.paramTable().forEach((name, values) -> {
                INDArray random = Nd4j.rand(DataType.FLOAT, values.shape());
                switch (name) {
                    case BatchNormalizationParamInitializer.GLOBAL_VAR -> values.assign(random.addi(0.5));
                    case "W", "pW" -> values.addi(0);
                    default -> values.assign(random.subi(0.5));
                }
            });
        }
    }

    Path export(OnnxInput form) {
        try {
            Path file = Files.createTempDirectory("onnx").resolve("model.onnx");
            OnnxExport.write(network, new OnnxDescription("a network", input, List.of("yes", "no"), form), file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The largest relative difference on generated pictures. */
    double difference(OnnxInput form, int pictures) {
        Path file = export(form);
        GeneratedPictures generated = GeneratedPictures.of(input, pictures);
        float[] pixels = generated.pixels();
        try (OnnxEngine engine = OnnxEngine.open(file, 2)) {
            float[][][] found = form == OnnxInput.FLOAT
                    ? engine.forward(pixels, pictures)
                    : engine.forward(generated.rgb(), pictures);
            return EngineDifference.relative(found, new Dl4jEngine(network, input).forward(pixels, pictures));
        } finally {
            delete(file);
        }
    }

    /** The largest relative difference on inputs that are prepared already, of {@code count} pictures each. */
    double difference(List<float[]> inputs, int count) {
        Path file = export(OnnxInput.FLOAT);
        Dl4jEngine dl4j = new Dl4jEngine(network, input);
        try (OnnxEngine onnx = OnnxEngine.open(file, 2)) {
            return inputs.stream()
                    .mapToDouble(pixels ->
                            EngineDifference.relative(onnx.forward(pixels, count), dl4j.forward(pixels, count)))
                    .max()
                    .orElseThrow();
        } finally {
            delete(file);
        }
    }

    ModelProto model(OnnxInput form) {
        Path file = export(form);
        try {
            return ModelProto.parseFrom(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
            Files.delete(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
