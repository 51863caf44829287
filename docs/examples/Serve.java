import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import org.bytedeco.opencv.opencv_core.Mat;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.sparkfinetune.data.picture.Picture;
import org.sparkfinetune.data.picture.PictureDecoder;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Serves a model that the export job wrote with {@code input: uint8}. Pictures are decoded, resized and cropped by
 * the code of the training, so that both see the same. Needs our jar, but not Spark:
 *
 * <pre>
 * java -cp target/spark-finetune-*-all.jar docs/examples/Serve.java my/export/model.onnx 8080
 * curl --data-binary @picture.jpg localhost:8080/predict
 * </pre>
 */
public final class Serve {
    /** Limits of one request: bytes of the picture, and its pixels (3 bytes each during decoding). */
    private static final PictureLimits LIMITS = new PictureLimits(16 << 20, 50_000_000);
    /** Bytes of a too large body that are read and discarded, so that the client gets the reason for the refusal. */
    private static final long DRAINED = 64 << 20;

    private static final int TOP = 5;
    private static final int SECONDS_FOR_A_REQUEST = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session; // one for all requests: it is thread-safe
    private final Preprocessing input;
    private final PictureTensor tensor;
    private final List<String> labels = new ArrayList<>();

    private Serve(Path model) throws OrtException, IOException {
        session = environment.createSession(model.toString(), new OrtSession.SessionOptions());
        Map<String, String> about = session.getMetadata().getCustomMetadata();
        if (!"uint8".equals(about.get("input")) || !about.containsKey("labels")) {
            throw new IllegalArgumentException(model + " does not take pictures and give classes; make it with"
                    + " scripts/submit spark-jobs/quickstart-export.yaml, which says input: uint8 and no layer");
        }
        JSON.readTree(about.get("labels")).forEach(label -> labels.add(label.asText()));
        input = preprocessing(JSON.readTree(about.get("preprocessing")));
        tensor = new PictureTensor(input, LIMITS);
    }

    private static Preprocessing preprocessing(JsonNode json) {
        List<Double> mean = new ArrayList<>();
        List<Double> std = new ArrayList<>();
        json.get("mean").forEach(value -> mean.add(value.asDouble()));
        json.get("std").forEach(value -> std.add(value.asDouble()));
        return new Preprocessing(
                json.get("shortSide").asInt(),
                json.get("height").asInt(),
                json.get("width").asInt(),
                Preprocessing.Interpolation.valueOf(json.get("interpolation").asText().toUpperCase(Locale.ROOT)),
                Preprocessing.ChannelOrder.valueOf(json.get("channelOrder").asText().toUpperCase(Locale.ROOT)),
                mean,
                std);
    }

    public static void main(String[] args) throws IOException, OrtException {
        if (args.length != 2 || !args[1].matches("\\d{1,5}") || Integer.parseInt(args[1]) > 65_535) {
            System.err.println("Usage: Serve.java MODEL.onnx PORT");
            System.exit(2);
        }
        Path model = Path.of(args[0]);
        if (!Files.isRegularFile(model)) {
            System.err.println("error: " + model + ": there is no such file");
            System.exit(3);
        }
        System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(SECONDS_FOR_A_REQUEST));
        Serve serve = new Serve(model);
        // This machine only. For others put a web server with TLS and logins in front; do not change the address.
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])), 0);
        server.createContext("/", serve::handle);
        server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
        server.start();
        System.out.println("serving " + serve.labels.size() + " classes at http://localhost:"
                + server.getAddress().getPort() + "/predict; Ctrl-C ends it");
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/predict")) {
                answer(exchange, 404, Map.of("error", "there is only /predict"));
            } else if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                answer(exchange, 405, Map.of("error", "send a picture by POST"));
            } else {
                predict(exchange);
            }
        } catch (IOException e) {
            System.err.println("the client went away: " + e.getMessage());
        } catch (OrtException | RuntimeException e) {
            e.printStackTrace(); // the connection is closed without an answer
        }
    }

    private void predict(HttpExchange exchange) throws IOException, OrtException {
        InputStream body = exchange.getRequestBody();
        byte[] encoded = body.readNBytes((int) LIMITS.maxPictureBytes() + 1);
        if (encoded.length > LIMITS.maxPictureBytes()) {
            drain(body);
            answer(exchange, 413, Map.of("error", "the picture has over " + LIMITS.maxPictureBytes() + " bytes"));
            return;
        }
        try {
            answer(exchange, 200, Map.of("predictions", top(probabilities(pixels(encoded)))));
        } catch (RejectedPictureException e) {
            answer(exchange, 400, Map.of("error", e.getMessage()));
        }
    }

    /** A client that is still sending does not read: an answer before the end of the body would be lost. */
    private static void drain(InputStream body) throws IOException {
        byte[] unused = new byte[1 << 16];
        for (long drained = 0; drained < DRAINED; ) {
            int read = body.read(unused);
            if (read < 0) {
                return;
            }
            drained += read;
        }
    }

    /** Returns red, green and blue of each pixel, row by row, in the size of the network's input. */
    private byte[] pixels(byte[] encoded) throws RejectedPictureException {
        byte[] pixels = new byte[input.floats()];
        try (Picture picture = new PictureDecoder(LIMITS).decode(encoded);
                Mat fitted = tensor.fitted(picture)) {
            fitted.data().get(pixels);
        }
        for (int i = 0; i < pixels.length; i += 3) { // OpenCV has blue first
            byte blue = pixels[i];
            pixels[i] = pixels[i + 2];
            pixels[i + 2] = blue;
        }
        return pixels;
    }

    private float[] probabilities(byte[] pixels) throws OrtException {
        long[] shape = {1, input.height(), input.width(), 3};
        String name = session.getInputNames().iterator().next();
        try (OnnxTensor given = OnnxTensor.createTensor(
                        environment, ByteBuffer.wrap(pixels), shape, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(name, given))) {
            return ((float[][]) result.get(0).getValue())[0];
        }
    }

    private List<Map<String, Object>> top(float[] probabilities) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("label", labels.get(i));
            one.put("probability", probabilities[i]);
            all.add(one);
        }
        all.sort(Comparator.comparingDouble(one -> -(Float) one.get("probability")));
        return all.subList(0, Math.min(TOP, all.size()));
    }

    private static void answer(HttpExchange exchange, int code, Map<String, ?> content) throws IOException {
        byte[] bytes = (JSON.writeValueAsString(content) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
