package org.sparkfinetune.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.testing.HostilePictures;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/** The server of the tutorial, started as the tutorial starts it: as a source file, without Spark on the class path. */
@Tag("process")
class ServeTest {
    private static final Preprocessing INPUT = new Preprocessing(
            12, 8, 10, Interpolation.AREA, ChannelOrder.BGR, List.of(104.0, 117.0, 124.0), List.of(50.0, 50.0, 50.0));
    private static final List<String> LABELS = List.of("cat", "a \"dog\" <b>", "é");
    private static final Pattern ADDRESS =
            Pattern.compile("serving 3 classes at (http://localhost:\\d+)/predict; Ctrl-C ends it");

    @TempDir
    private static Path folder;

    private static ComputationGraph network;
    private static Process server;
    private static String address;

    @BeforeAll
    static void start() throws IOException {
        network = network();
        OnnxExport.write(
                network, new OnnxDescription("tiny", INPUT, LABELS, OnnxInput.UINT8), folder.resolve("model.onnx"));
        server = serve(folder.resolve("model.onnx").toString(), "0");
        String line = firstLine(server);
        Matcher matcher = ADDRESS.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        address = matcher.group(1);
    }

    @AfterAll
    static void end() {
        server.destroy();
    }

    @Test
    void aPictureGetsTheProbabilitiesOfTheNetwork() throws Exception {
        byte[] jpeg = TestPictures.noise("jpg", 31, 23, 1);
        float[] tensor = new float[INPUT.floats()];
        new PictureTensor(INPUT, PictureLimits.DEFAULT).write(jpeg, tensor, 0);
        float[] wanted = network.outputSingle(Nd4j.create(tensor, 1, 3, 8, 10)).toFloatVector();

        HttpResponse<String> answer = post("/predict", jpeg);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        List<String> found = Pattern.compile("\\{\"label\":\"(.*?)\",\"probability\":([-.0-9Ee]+)}")
                .matcher(answer.body())
                .results()
                .map(one -> one.group(1).replace("\\\"", "\"") + "="
                        + String.format(Locale.ROOT, "%.4f", Double.parseDouble(one.group(2))))
                .toList();
        assertThat(found)
                .hasSize(3)
                .containsExactlyInAnyOrder(labelled(0, wanted), labelled(1, wanted), labelled(2, wanted));
    }

    private static String labelled(int index, float[] probabilities) {
        return LABELS.get(index) + "=" + String.format(Locale.ROOT, "%.4f", probabilities[index]);
    }

    @Test
    void whatIsNoPictureIsRefusedWithTheReason() throws Exception {
        HttpResponse<String> text = post("/predict", "no picture".getBytes(StandardCharsets.UTF_8));
        assertThat(text.statusCode()).isEqualTo(400);
        assertThat(text.body()).startsWith("{\"error\":\"");
        HttpResponse<String> nothing = post("/predict", new byte[0]);
        assertThat(nothing.statusCode()).isEqualTo(400);
        assertThat(nothing.body()).isEqualTo("{\"error\":\"the file is empty\"}\n");
        byte[] jpeg = TestPictures.noise("jpg", 400, 300, 1);
        HttpResponse<String> cut = post("/predict", Arrays.copyOf(jpeg, jpeg.length / 2));
        assertThat(cut.statusCode()).isEqualTo(400);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedAndTheServerGoesOn() throws Exception {
        HttpResponse<String> large = post("/predict", new byte[64 << 20]);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(large.body()).isEqualTo("{\"error\":\"the picture has over 16777216 bytes\"}\n");
        assertThat(post("/predict", TestPictures.noise("jpg", 31, 23, 1)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void noHostilePictureBringsItDown() throws Exception {
        assertThat(HostilePictures.all()).isNotEmpty();
        for (HostilePictures.Case each : HostilePictures.all()) {
            assertThat(post("/predict", each.bytes()).statusCode())
                    .as(each.name())
                    .isIn(200, 400, 413);
        }
    }

    @Test
    void anotherPathOrMethodIsRefused() throws Exception {
        assertThat(post("/", TestPictures.noise("jpg", 31, 23, 1)).statusCode()).isEqualTo(404);
        HttpResponse<String> got = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address + "/predict")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(got.statusCode()).isEqualTo(405);
        assertThat(got.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void aModelThatTakesNumbersIsRefused() throws Exception {
        Path model = folder.resolve("float.onnx");
        OnnxExport.write(network, new OnnxDescription("tiny", INPUT, LABELS, OnnxInput.FLOAT), model);
        Process refused = serve(model.toString(), "0");
        assertThat(firstLine(refused)).contains("does not take pictures and give classes");
        assertThat(refused.waitFor()).isNotZero();
    }

    @Test
    void aMissingModelIsNamed() throws Exception {
        Process refused = serve("nowhere.onnx", "0");
        assertThat(firstLine(refused)).isEqualTo("error: nowhere.onnx: there is no such file");
        assertThat(refused.waitFor()).isEqualTo(3);
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address + path))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static Process serve(String... arguments) throws IOException {
        // What our jar holds, and neither Spark nor Hadoop.
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith("target/classes") || entry.matches(".*/(bytedeco|onnxruntime|nd4j)/.*"))
                .collect(Collectors.joining(File.pathSeparator));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(Stream.concat(
                                Stream.of(java.toString(), "-cp", classPath, "docs/examples/Serve.java"),
                                Arrays.stream(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
    }

    @SuppressWarnings("resource") // the server writes on
    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static ComputationGraph network() {
        ComputationGraph made = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(8, 10, 3))
                .addLayer(
                        "conv",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(4)
                                .activation(Activation.RELU)
                                .build(),
                        "in")
                .addLayer("pool", new GlobalPoolingLayer.Builder().build(), "conv")
                .addLayer(
                        "output",
                        new OutputLayer.Builder()
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("output")
                .build());
        made.init();
        return made;
    }
}
