package org.sparkfinetune.report.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

/**
 * Creates an MLflow run for each job: the recipe as parameters, figures of epochs as metrics, provenance as tags. A
 * separate thread makes the requests. The job never fails because of the server, and waits for it only a few seconds at
 * its end. A problem is reported once. Figures that could not be sent are sent with the next ones.
 */
public final class MlflowTracker implements Progress.Listener, AutoCloseable {
    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);
    private static final int SECONDS_TO_FINISH = 2 * MlflowServer.SECONDS_FOR_AN_ANSWER;
    /** Maximum number of metrics in a request, set by the REST interface. */
    private static final int MOST_METRICS = 1000;

    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_WAITING = 100_000;
    /** Maximum length of a value, so that servers before 2.8 accept it. */
    private static final int MOST_CHARACTERS = 500;

    private final JobFacts job;
    private final String experiment;
    private final MlflowServer server;
    private final InstantSource clock;
    private final OneWarning problem;
    private final ExecutorService requests = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "mlflow");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ObjectNode> waiting = new ArrayList<>();
    private String run;
    private boolean begun;
    private Instant lastRound = Instant.EPOCH;

    /**
     * Sends nothing before the job begins.
     *
     * @param environment variables with the credentials
     * @param warning called once when the server cannot be used
     */
    public MlflowTracker(
            JobFacts job,
            WatchSettings settings,
            Map<String, String> environment,
            InstantSource clock,
            Consumer<String> warning) {
        this.job = job;
        this.experiment = settings.experiment();
        this.server = new MlflowServer(settings.mlflow(), environment);
        this.clock = clock;
        this.problem = new OneWarning(settings.mlflow(), warning);
    }

    @Override
    public synchronized void onEvent(JobEvent event) {
        if (event instanceof JobEvent.Began && !begun) {
            begun = true;
            long startedAt = clock.millis();
            later(() -> begin(startedAt));
        } else if (!begun) {
            return;
        } else if (event instanceof JobEvent.Round round) {
            round(round);
        } else if (event instanceof JobEvent.Epoch epoch) {
            metrics(EpochFigures.of(epoch.figures()), epoch.figures().epoch());
        } else if (event instanceof JobEvent.Done done) {
            metrics(results(done.report()), 0);
            later(() -> end("FINISHED", provenance(done.report())));
        } else if (event instanceof JobEvent.Failed failed) {
            later(() -> end("FAILED", Map.of("sparkfinetune.failure", failed.reason())));
        }
    }

    private void round(JobEvent.Round round) {
        if (Duration.between(lastRound, clock.instant()).compareTo(BETWEEN_ROUNDS) >= 0
                && Double.isFinite(round.loss())) {
            lastRound = clock.instant();
            metrics(Map.of("round_loss", round.loss()), round.examplesTrained());
        }
    }

    private void metrics(Map<String, Double> figures, long step) {
        long now = clock.millis();
        later(() -> {
            figures.forEach((name, value) -> waiting.add(Json.object()
                    .put("key", name)
                    .put("value", value)
                    .put("timestamp", now)
                    .put("step", step)));
            while (waiting.size() > MOST_WAITING) {
                waiting.remove(0);
            }
            send();
        });
    }

    private static Map<String, Double> results(RunReport report) {
        Map<String, Double> results = new LinkedHashMap<>();
        results.put("seconds", report.durationSeconds());
        if (report.evaluation() != null) {
            // A run also has figures of the same split by epoch.
            String measured = (report.training() == null ? "" : "best_epoch_")
                    + report.evaluation().split();
            results.put(measured + "_accuracy", report.evaluation().accuracy());
            results.put(measured + "_macro_f1", report.evaluation().macroF1());
        }
        if (report.throughput() != null) {
            results.put("images_per_second", report.throughput().imagesPerSecond());
        }
        results.values().removeIf(value -> !Double.isFinite(value));
        return results;
    }

    private static Map<String, String> provenance(RunReport report) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("sparkfinetune.fingerprint", String.valueOf(report.provenance().fingerprint()));
        tags.put(
                "sparkfinetune.weightsSha256",
                String.valueOf(report.provenance().weightsSha256()));
        report.provenance().inputs().forEach((name, input) -> tags.put("sparkfinetune.input." + name, input));
        return tags;
    }

    // The methods below run in the request thread.

    private void begin(long startedAt) throws IOException {
        Map<String, String> tags = new LinkedHashMap<>(job.tags());
        tags.put("kind", job.kind());
        tags.put("application", job.application());
        tags.put("output", job.output());
        ObjectNode body = Json.object()
                .put("experiment_id", server.experiment(experiment))
                .put("run_name", new Path(job.output()).getName())
                .put("start_time", startedAt);
        ArrayNode list = body.putArray("tags");
        list.addObject().put("key", "mlflow.runName").put("value", new Path(job.output()).getName());
        list.addObject().put("key", "mlflow.source.name").put("value", "spark-finetune " + job.kind());
        tags.forEach((name, value) -> list.add(pair("sparkfinetune." + name, value)));
        run = server.createRun(body);
        List<ObjectNode> parameters = new ArrayList<>();
        job.settings().forEach((name, value) -> parameters.add(pair(name, value)));
        for (int from = 0; from < parameters.size(); from += MOST_PARAMETERS) {
            ObjectNode batch = Json.object().put("run_id", run);
            batch.putArray("params")
                    .addAll(parameters.subList(from, Math.min(parameters.size(), from + MOST_PARAMETERS)));
            server.post("runs/log-batch", batch);
        }
    }

    private void send() throws IOException {
        while (run != null && !waiting.isEmpty()) {
            List<ObjectNode> some = waiting.subList(0, Math.min(MOST_METRICS, waiting.size()));
            ObjectNode batch = Json.object().put("run_id", run);
            batch.putArray("metrics").addAll(some);
            server.post("runs/log-batch", batch);
            some.clear();
        }
    }

    private void end(String status, Map<String, String> tags) throws IOException {
        if (run == null) {
            return;
        }
        ObjectNode batch = Json.object().put("run_id", run);
        ArrayNode list = batch.putArray("tags");
        tags.forEach((name, value) -> list.add(pair(name, value)));
        server.post("runs/log-batch", batch);
        server.post(
                "runs/update",
                Json.object().put("run_id", run).put("status", status).put("end_time", clock.millis()));
    }

    private static ObjectNode pair(String key, String value) {
        String text = value.length() <= MOST_CHARACTERS ? value : value.substring(0, MOST_CHARACTERS - 1) + "…";
        return Json.object().put("key", key).put("value", text);
    }

    /** A task of the request thread. */
    private interface Request {
        void send() throws IOException;
    }

    private void later(Request request) {
        requests.execute(() -> {
            try {
                request.send();
            } catch (IOException | RuntimeException e) {
                problem.warn(e);
            }
        });
    }

    /** Waits a few seconds for the remaining requests. */
    @Override
    public void close() {
        requests.shutdown();
        try {
            if (begun && !requests.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS)) {
                problem.warn(new IOException("it did not answer in time"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requests.shutdownNow();
    }

    /** Warns once that the server cannot be used. */
    private static final class OneWarning {
        private final String address;
        private final Consumer<String> warning;
        private boolean warned;

        OneWarning(String address, Consumer<String> warning) {
            this.address = address;
            this.warning = warning;
        }

        synchronized void warn(Exception failure) {
            if (!warned) {
                warned = true;
                String reason =
                        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
                warning.accept("MLflow at " + address + " does not receive all figures of this run: " + reason
                        + "; the job continues");
            }
        }
    }
}
