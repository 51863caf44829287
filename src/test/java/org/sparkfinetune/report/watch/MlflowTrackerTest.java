package org.sparkfinetune.report.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

class MlflowTrackerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    /** The server's answers by the end of the path; others get 200 and an empty body. */
    private final Map<String, String> answers = new HashMap<>(Map.of(
            "experiments/create", "{\"experiment_id\": \"7\"}",
            "runs/create", "{\"run\": {\"info\": {\"run_id\": \"r1\"}}}"));

    private final Map<String, Integer> failing = Collections.synchronizedMap(new HashMap<>());
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/base/api/2.0/mlflow/", this::answer);
        server.start();
        failing.put("experiments/get-by-name", 404);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString().substring("/base/api/2.0/mlflow/".length());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(path + " " + body);
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String name = path.replaceAll("\\?.*", "");
        byte[] answer = answers.getOrDefault(name, "{}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(failing.getOrDefault(name, 200), answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void aRunHasTheRecipeAsParametersAndItsEpochsAsMetrics() throws IOException {
        try (MlflowTracker tracker = tracker(Map.of("MLFLOW_TRACKING_TOKEN", "secret"))) {
            tracker.onEvent(new JobEvent.Began("hdfs:/runs/flowers"));
            tracker.onEvent(EventLogTest.epoch(1, 0.5));
            tracker.onEvent(EventLogTest.epoch(2, null));
            tracker.onEvent(new JobEvent.Failed(4, "diverged"));
        }
        assertThat(warnings).isEmpty();
        assertThat(authorizations).containsOnly("Bearer secret");
        assertThat(requests.get(0)).isEqualTo("experiments/get-by-name?experiment_name=my+experiment%26 ");
        assertThat(requests.get(1)).isEqualTo("experiments/create {\"name\":\"my experiment&\"}");
        JsonNode run = body(2, "runs/create");
        assertThat(run.get("experiment_id").asText()).isEqualTo("7");
        assertThat(run.get("run_name").asText()).isEqualTo("<script>\"'");
        assertThat(pairs(run.get("tags")))
                .containsEntry("mlflow.source.name", "spark-finetune finetune")
                .containsEntry("sparkfinetune.version", "0.1.0");
        assertThat(pairs(body(3, "runs/log-batch").get("params")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("epochs", "3", "rates.0", "0.5", "rates.1", "1.0", "none", "[]", "text", "a\nb"));
        assertThat(pairs(body(4, "runs/log-batch").get("metrics")))
                .containsEntry("loss", "0.75")
                .containsEntry("validation_accuracy", "0.25")
                .containsEntry("images_per_second", "8.0");
        assertThat(body(5, "runs/log-batch").at("/metrics/0/step").asInt()).isEqualTo(2);
        assertThat(pairs(body(5, "runs/log-batch").get("metrics"))).doesNotContainKey("validation_loss");
        assertThat(pairs(body(6, "runs/log-batch").get("tags"))).containsEntry("sparkfinetune.failure", "diverged");
        assertThat(body(7, "runs/update").get("status").asText()).isEqualTo("FAILED");
        assertThat(requests).hasSize(8);
    }

    @Test
    void finalFiguresAreNamedAfterThePicturesTheyWereMeasuredOn() throws IOException {
        String report = """
                {"durationSeconds": 3, "provenance": {"fingerprint": "f", "inputs": {}}, %s
                 "evaluation": {"split": "%s", "accuracy": 0.5, "macroF1": 0.25}}""";
        try (MlflowTracker run = tracker(Map.of());
                MlflowTracker evaluation = tracker(Map.of())) {
            run.onEvent(new JobEvent.Began("o"));
            run.onEvent(done(report.formatted("\"training\": {\"epochs\": []},", "validation")));
            awaitRequests(7);
            evaluation.onEvent(new JobEvent.Began("o"));
            evaluation.onEvent(done(report.formatted("", "test")));
        }
        List<JsonNode> metrics = new ArrayList<>();
        for (String request : List.copyOf(requests)) {
            if (request.startsWith("runs/log-batch ") && request.contains("\"metrics\"")) {
                metrics.add(JSON.readTree(request.substring("runs/log-batch ".length()))
                        .get("metrics"));
            }
        }
        assertThat(pairs(metrics.get(0)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "seconds", "3.0",
                        "best_epoch_validation_accuracy", "0.5",
                        "best_epoch_validation_macro_f1", "0.25"));
        assertThat(pairs(metrics.get(1)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("seconds", "3.0", "test_accuracy", "0.5", "test_macro_f1", "0.25"));
    }

    private static JobEvent.Done done(String report) throws IOException {
        return new JobEvent.Done(JSON.readValue(report, RunReport.class));
    }

    @Test
    void whatAServerRefusedIsSentWithWhatComesNext() throws IOException {
        failing.put("runs/log-batch", 503);
        try (MlflowTracker tracker = tracker(Map.of())) {
            tracker.onEvent(new JobEvent.Began("o"));
            tracker.onEvent(EventLogTest.epoch(1, 0.5));
            awaitRequests(5);
            failing.remove("runs/log-batch");
            tracker.onEvent(EventLogTest.epoch(2, 0.5));
        }
        assertThat(body(5, "runs/log-batch").get("metrics")).hasSize(12);
        assertThat(authorizations).containsOnly("null");
        assertThat(warnings)
                .containsExactly("MLflow at " + address()
                        + " does not receive all figures of this run: it answered 503 {}; the job continues");
    }

    @Test
    void aRecipeOfManyKeysGoesInPiecesAndLongValuesAreCut() throws IOException {
        Map<String, String> many = IntStream.range(0, 150)
                .boxed()
                .collect(Collectors.toMap(i -> "key" + i, i -> "v".repeat(600), (a, b) -> a, TreeMap::new));
        JobFacts job = new JobFacts("finetune", "local-1", "o", JSON.valueToTree(many), Map.of());
        try (MlflowTracker tracker = tracker(job, address(), Map.of())) {
            tracker.onEvent(new JobEvent.Began("o"));
        }
        assertThat(body(3, "runs/log-batch").get("params")).hasSize(100);
        assertThat(body(4, "runs/log-batch").get("params")).hasSize(50);
        assertThat(body(4, "runs/log-batch").at("/params/0/value").asText())
                .hasSize(500)
                .endsWith("v…");
    }

    @Test
    void aJobThatNeverBeginsMakesNoRun() {
        try (MlflowTracker tracker = tracker(Map.of())) {
            tracker.onEvent(EventLogTest.epoch(1, 0.5));
            tracker.onEvent(new JobEvent.Failed(2, "refused"));
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsToldOnce() throws IOException {
        String nobody = "http://127.0.0.1:" + freePort();
        try (MlflowTracker tracker = tracker(EventLogTest.JOB, nobody, Map.of())) {
            train(tracker);
        }
        assertThat(warnings)
                .containsExactly("MLflow at " + nobody
                        + " does not receive all figures of this run: ConnectException; the job continues");
    }

    @Test
    void aServerThatNeverAnswersHoldsTheJobUpForSecondsAtItsEndOnly() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:" + silent.getLocalPort();
            try (MlflowTracker tracker = tracker(EventLogTest.JOB, address, Map.of())) {
                train(tracker);
                assertThat(warnings).isEmpty();
            }
            assertThat(warnings)
                    .containsExactly("MLflow at " + address
                            + " does not receive all figures of this run: request timed out; the job continues");
        }
    }

    @Test
    void aServerOfSomethingElseIsToldOnce() {
        failing.remove("experiments/get-by-name");
        try (MlflowTracker tracker = tracker(Map.of())) {
            train(tracker);
        }
        assertThat(warnings)
                .containsExactly("MLflow at " + address() + " does not receive all figures of this run: its"
                        + " answer has no"
                        + " /experiment/experiment_id, so it is not an MLflow server; the job continues");
    }

    private static void train(Progress tracker) {
        tracker.onEvent(new JobEvent.Began("o"));
        tracker.onEvent(new JobEvent.Round(1, 3, 1, 2, Double.NaN, 8, 1));
        tracker.onEvent(EventLogTest.epoch(1, 0.5));
        tracker.onEvent(EventLogTest.epoch(2, 0.5));
        tracker.onEvent(new JobEvent.Failed(1, "x"));
    }

    private MlflowTracker tracker(Map<String, String> environment) {
        return tracker(EventLogTest.JOB, address(), environment);
    }

    private MlflowTracker tracker(JobFacts job, String address, Map<String, String> environment) {
        return new MlflowTracker(
                job,
                new WatchSettings(address, "my experiment&", ""),
                environment,
                InstantSource.system(),
                warnings::add);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/base";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitRequests(int count) {
        for (int i = 0; i < 1000 && requests.size() < count; i++) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private JsonNode body(int request, String path) throws IOException {
        assertThat(requests.get(request)).startsWith(path + " {");
        return JSON.readTree(requests.get(request).substring(path.length() + 1));
    }

    private static Map<String, String> pairs(JsonNode list) {
        Map<String, String> pairs = new HashMap<>();
        list.forEach(
                pair -> pairs.put(pair.get("key").asText(), pair.get("value").asText()));
        return pairs;
    }
}
