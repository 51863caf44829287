package org.sparkfinetune.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.report.watch.EventLog;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.OtherJvm;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class WatchedJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SmallRun SHARED = SmallRun.shared();

    @TempDir
    private Path folder;

    @Test
    void aTrainingLeavesItsEventsAndGoesOnWithThemAndAddsNothingWhenItIsDone() throws IOException {
        Path output = folder.resolve("it's a run");
        SmallRun.job(SHARED.recipe(output.toString(), 1, 0.001));
        List<JsonNode> first = events(output);
        assertThat(names(first).get(0)).isEqualTo("jobStarted");
        assertThat(names(first))
                .containsSubsequence("jobStarted", "stageStarted", "round", "epoch", "stageEnded", "jobDone");
        assertThat(first.get(0).at("/recipe/training/batchSizePerWorker").asInt())
                .isEqualTo(4);
        JsonNode epoch = first.stream()
                .filter(event -> event.get("event").asText().equals("epoch"))
                .findFirst()
                .orElseThrow();
        assertThat(epoch.get("examplesTrained").asInt()).isEqualTo(12);
        assertThat(epoch.get("validationLoss").asDouble()).isPositive();

        SmallRun.job(SHARED.recipe(output.toString(), 1, 0.001));
        assertThat(events(output)).isEqualTo(first);

        RecordedProgress progress = new RecordedProgress();
        SmallRun.job(SHARED.recipe(output.toString(), 2, 0.001) + "overwrite: true\n", progress);
        assertThat(progress.told()).anyMatch(text -> text.startsWith("resume from the checkpoint of epoch 1"));
        List<JsonNode> both = events(output);
        assertThat(both.subList(0, first.size())).isEqualTo(first);
        assertThat(names(both)).filteredOn("jobStarted"::equals).hasSize(2);
        assertThat(names(both)).filteredOn("epoch"::equals).hasSize(2);
    }

    @Test
    void whatWasRejectedAndWhyAJobFailedIsAnEvent() throws IOException {
        Path pictures = folder.resolve("pictures");
        SmallRun.copy(SHARED.pictures(), pictures);
        for (int i = 0; i < 5; i++) {
            Files.writeString(pictures.resolve("red/text" + i + ".jpg"), "no picture " + i);
        }
        assertThatThrownBy(() -> SmallRun.job("""
                kind: shard
                input: "%s"
                output: "%s/out"
                """.formatted(pictures, folder))).isInstanceOf(BadDataException.class);
        List<JsonNode> events = events(folder.resolve("out"));
        assertThat(names(events)).containsSubsequence("jobStarted", "rejected", "jobFailed");
        JsonNode rejected = events.get(names(events).indexOf("rejected"));
        assertThat(rejected.get("pictures").asInt()).isEqualTo(29);
        assertThat(rejected.get("rejected").asInt()).isEqualTo(5);
        JsonNode failed = events.get(events.size() - 1);
        assertThat(failed.get("exitCode").asInt()).isEqualTo(3);
        assertThat(failed.get("reason").asText()).contains("5 of 29").doesNotContain("\tat ");
    }

    @Test
    void curvesForTensorBoardAreWrittenWhereTheProfileSaysAndAWrongServerStopsNothing() throws IOException {
        Path logs = folder.resolve("logs");
        Map<String, String> settings = Map.of(
                "spark.finetune.tensorboard.logDir",
                logs.toString(),
                "spark.finetune.mlflow.trackingUri",
                "http://127.0.0.1:" + freePort());
        RecordedProgress progress = new RecordedProgress();
        settings.forEach(LocalSpark.session().conf()::set);
        try {
            SmallRun.job(SHARED.recipe(folder + "/flowers", 2, 0.001), progress);
        } finally {
            settings.keySet().forEach(LocalSpark.session().conf()::unset);
        }
        assertThat(SmallRun.below(logs))
                .singleElement()
                .satisfies(file -> assertThat(Files.size(file)).isGreaterThan(200));
        assertThat(progress.told())
                .filteredOn(text -> text.contains("MLflow"))
                .singleElement()
                .asString()
                .startsWith("WARNING: MLflow at http://127.0.0.1:")
                .endsWith(": ConnectException; the job continues");
    }

    @Test
    void aMisspeltSettingStopsTheJobBeforeItStarts() {
        LocalSpark.session().conf().set("spark.finetune.tensorboard", "logs");
        try {
            assertThatThrownBy(() -> SmallRun.job(SHARED.recipe(folder + "/out", 1, 0.001)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageStartingWith("spark.finetune.tensorboard: is not a setting of spark-finetune; ");
        } finally {
            LocalSpark.session().conf().unset("spark.finetune.tensorboard");
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** With the very lines of the profile. */
    @Test
    @Tag("process")
    void prometheusSeesTheFiguresOfATraining() throws IOException, InterruptedException {
        Path recipe = Files.writeString(folder.resolve("r.yaml"), SHARED.recipe(folder + "/out", 2, 0.001));
        Path scraped = folder.resolve("scraped.txt");
        Process process =
                OtherJvm.start(ScrapedJob.class, recipe.toString(), scraped.toString(), String.valueOf(freePort()));
        assertThat(process.waitFor()).isZero();
        String text = Files.readString(scraped);
        assertThat(figure(text, "examplesTrained")).isEqualTo(24);
        assertThat(figure(text, "epoch")).isEqualTo(2);
        assertThat(figure(text, "epochs")).isEqualTo(2);
        assertThat(figure(text, "picturesDone")).isEqualTo(18);
        assertThat(figure(text, "picturesRejected")).isZero();
        assertThat(figure(text, "loss")).isPositive().isLessThan(10);
        assertThat(figure(text, "validationAccuracy")).isBetween(0.0, 1.0);
        assertThat(figure(text, "learningRate")).isEqualTo(0.001);
        assertThat(figure(text, "imagesPerSecond")).isPositive();
    }

    private static double figure(String text, String name) {
        Matcher line = Pattern.compile(
                        "^metrics_spark_finetune_driver_sparkfinetune_" + name
                                + "_(?:Value|Number)\\{type=\"gauges\"} (\\S+)$",
                        Pattern.MULTILINE)
                .matcher(text);
        assertThat(line.find()).as(name + " in " + text).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> names(List<JsonNode> events) {
        return events.stream().map(event -> event.get("event").asText()).toList();
    }

    private static List<JsonNode> events(Path output) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(output.resolve(EventLog.FILE))) {
            events.add(JSON.readTree(line));
        }
        return events;
    }
}
