package org.sparkfinetune.report.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.config.Json;

/**
 * The part of MLflow's REST interface (mlflow.org/docs/latest/rest-api.html) that a run needs. Every request ends
 * within {@value #SECONDS_FOR_AN_ANSWER} seconds, whatever the server does.
 */
final class MlflowServer {
    static final int SECONDS_FOR_AN_ANSWER = 10;
    private static final int MOST_OF_A_MESSAGE = 200;

    private final String root;
    private final Optional<String> authorization;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /**
     * @param address without credentials
     * @param environment variables that MLflow's own clients read: {@code MLFLOW_TRACKING_TOKEN}, or
     *     {@code MLFLOW_TRACKING_USERNAME} and {@code MLFLOW_TRACKING_PASSWORD}
     */
    MlflowServer(String address, Map<String, String> environment) {
        this.root = address.replaceAll("/+$", "") + "/api/2.0/mlflow/";
        this.authorization = authorization(environment);
    }

    private static Optional<String> authorization(Map<String, String> environment) {
        String token = environment.get("MLFLOW_TRACKING_TOKEN");
        if (token != null && !token.isBlank()) {
            return Optional.of("Bearer " + token.strip());
        }
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        if (user == null || user.isBlank()) {
            return Optional.empty();
        }
        String pair = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns the id of the experiment, which is created when none has this name. */
    String experiment(String name) throws IOException {
        String query = "?experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        HttpResponse<String> found =
                send(request("experiments/get-by-name" + query).GET());
        if (found.statusCode() == 200) {
            return text(Json.parse(found.body()), "/experiment/experiment_id");
        }
        if (found.statusCode() != 404) {
            throw refusal(found);
        }
        return text(post("experiments/create", Json.object().put("name", name)), "/experiment_id");
    }

    /** Creates a run and returns its id, {@code /run/info/run_id} of the answer. */
    String createRun(ObjectNode run) throws IOException {
        return text(post("runs/create", run), "/run/info/run_id");
    }

    /** Posts a body to an address below {@code api/2.0/mlflow/}. */
    JsonNode post(String path, ObjectNode body) throws IOException {
        HttpResponse<String> answer = send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        if (answer.statusCode() != 200) {
            throw refusal(answer);
        }
        return Json.parse(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(Duration.ofSeconds(SECONDS_FOR_AN_ANSWER));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String text(JsonNode answer, String pointer) throws IOException {
        String value = answer == null ? "" : answer.at(pointer).asText();
        if (value.isEmpty()) {
            throw new IOException("its answer has no " + pointer + ", so it is not an MLflow server");
        }
        return value;
    }

    private static IOException refusal(HttpResponse<String> answer) {
        String text = answer.body().strip().replaceAll("\\s+", " ");
        return new IOException("it answered " + answer.statusCode() + " "
                + text.substring(0, Math.min(MOST_OF_A_MESSAGE, text.length())));
    }
}
