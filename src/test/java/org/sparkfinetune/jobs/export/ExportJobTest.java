package org.sparkfinetune.jobs.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.model.RunFolder;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

@Tag("spark")
class ExportJobTest {
    private static final Preprocessing INPUT = new Preprocessing(
            12, 8, 10, Interpolation.AREA, ChannelOrder.BGR, List.of(104.0, 117.0, 124.0), List.of(50.0, 50.0, 50.0));
    private static final List<String> LABELS = List.of("cat", "dog");

    @TempDir
    Path folder;

    private JobContext context;
    private final ComputationGraph network = network();

    @BeforeEach
    void finishARun() throws IOException {
        context = new JobContext(LocalSpark.session(), Progress.silent());
        writeRun();
    }

    @Test
    void theNetworkOfARunIsServedFromBytes() throws IOException {
        RunReport report = export("input: uint8\n").execute(context);

        Path output = folder.resolve("export");
        assertThat(files(output))
                .containsExactlyInAnyOrder(
                        "model.onnx", "labels.json", "card.yaml", "report.json", "report.html", "events.jsonl");
        assertThat(Files.readString(output.resolve("labels.json"))).contains("cat", "dog");
        assertThat(report.provenance().engine())
                .matches(".*; ONNX Runtime .* differs from Deeplearning4j by at most \\d\\.\\de-\\d\\d of the largest"
                        + " value"
                        + " on 3 pictures");
        assertThat(report.outputs()).containsKeys("model", "labels", "card", "report");
        try (OnnxEngine engine = OnnxEngine.open(output.resolve("model.onnx"), 1)) {
            assertThat(engine.metadata())
                    .containsEntry("labels", "[\"cat\",\"dog\"]")
                    .containsEntry("input", "uint8");
            float[] probabilities = engine.forward(new byte[INPUT.floats()], 1)[0][0];
            assertThat(probabilities[0] + probabilities[1]).isBetween(0.999f, 1.001f);
        }
    }

    @Test
    void aTrunkHasNoLabels() throws IOException {
        export("layer: pool\n").execute(context);
        try (OnnxEngine engine = OnnxEngine.open(folder.resolve("export/model.onnx"), 1)) {
            assertThat(engine.metadata()).doesNotContainKey("labels").containsEntry("input", "float");
            assertThat(engine.forward(new float[INPUT.floats()], 1)[0][0]).hasSize(4);
        }
        assertThat(Files.readString(folder.resolve("export/labels.json")).strip())
                .isEqualTo("[ ]");
    }

    @Test
    void theSameExportAgainDoesNothing() throws IOException {
        export("").execute(context);
        var written = Files.getLastModifiedTime(folder.resolve("export/model.onnx"));
        export("").execute(context);
        assertThat(Files.getLastModifiedTime(folder.resolve("export/model.onnx")))
                .isEqualTo(written);
    }

    @Test
    void anotherExportIsNotReplacedUnlessAskedFor() {
        export("").execute(context);
        assertThatThrownBy(() -> export("input: uint8\n").execute(context))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("holds the result of another recipe, model or input");
        export("input: uint8\noverwrite: true\n").execute(context);
        try (OnnxEngine engine = OnnxEngine.open(folder.resolve("export/model.onnx"), 1)) {
            assertThat(engine.metadata()).containsEntry("input", "uint8");
        }
    }

    @Test
    void anUnknownLayerIsNamed() {
        assertThatThrownBy(() -> export("layer: poll\n").execute(context))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is \"poll\", which")
                .hasMessageContaining("did you mean \"pool\"?");
        assertThat(folder.resolve("export")).doesNotExist();
    }

    @Test
    void aFileThatGivesOtherResultsIsNotPublished() throws IOException {
        network.getLayer("conv").getParam("W").assign(Double.NaN);
        writeRun();
        assertThatThrownBy(() -> export("").execute(context))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the exported network gives different results: ONNX Runtime ")
                .hasMessageEndingWith(
                        "differs from Deeplearning4j by at most Infinity of the largest value on 3 pictures, allowed is"
                                + " 1.0E-4; nothing was published");
        assertThat(folder.resolve("export/model.onnx")).doesNotExist();
        assertThat(folder.resolve("export/report.json")).doesNotExist();
    }

    private Recipe export(String more) {
        String text = "kind: export\nmodel: " + folder.resolve("run") + "\noutput: " + folder.resolve("export") + "\n";
        return Jobs.read(YamlFile.parse("export.yaml", text + more));
    }

    private void writeRun() throws IOException {
        Path run = folder.resolve("run");
        Files.createDirectories(run);
        var model = context.path("model", run.resolve("model").toString());
        context.files(model).delete(model);
        RunFolder.writeModel(context.files(model), model, network, card(), LABELS);
        RunReport.Provenance provenance = new RunReport.Provenance(
                "1", "git", "17", "3.5", "1.0", "local", "engine", 0, Map.of(), "sha", "the run's fingerprint");
        RunReport.Training training =
                new RunReport.Training(List.of(), 0, 0, network.numParams(), null, 1, "exact", null);
        Files.writeString(
                run.resolve("report.json"),
                Reports.write(new RunReport(
                        "finetune", "done", "now", 1, provenance, null, training, null, null, null, null, Map.of())));
    }

    private static ModelCard card() {
        ModelCard card = ModelZoo.card("resnet50");
        return new ModelCard(
                "small",
                card.title(),
                card.paper(),
                card.licence(),
                card.network(),
                1,
                INPUT,
                card.weights(),
                List.of("pool"),
                new ModelCard.Embedding("pool", 4),
                "output",
                List.of());
    }

    private static ComputationGraph network() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(INPUT.height(), INPUT.width(), 3))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "input")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer(
                        "output",
                        new OutputLayer.Builder()
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("output")
                .build());
        network.init();
        return network;
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".crc"))
                    .toList();
        }
    }
}
