package org.sparkfinetune.report.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.report.RunReport;

class EventLogTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static final JobFacts JOB = new JobFacts(
            "finetune",
            "local-1",
            "runs/<script>\"'",
            YamlFile.tree(new Settings(3, List.of(0.5, 1.0), List.of(), "a\nb")),
            Map.of("version", "0.1.0"));

    record Settings(int epochs, List<Double> rates, List<String> none, String text) {}

    static JobEvent.Epoch epoch(int number, Double validationLoss) {
        RunReport.Epoch figures = new RunReport.Epoch(
                number,
                1,
                0.01,
                16,
                2,
                0.75,
                0.5,
                validationLoss,
                validationLoss == null ? null : 0.25,
                2,
                1,
                8,
                400,
                RunReport.Engine.ONEDNN);
        return new JobEvent.Epoch(figures, 3, 16L * number);
    }

    @TempDir
    private Path folder;

    private final Configuration hadoop = new Configuration();
    private final List<String> warnings = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void mount() {
        hadoop.setClass("fs.appending.impl", Appending.class, FileSystem.class);
        hadoop.setClass("fs.rewriting.impl", Rewriting.class, FileSystem.class);
    }

    @Test
    void whatHappenedBeforeTheJobBeganFollowsItsBeginning() throws IOException {
        try (EventLog log = log()) {
            log.tell("look");
            try (Progress.Phase phase = log.start("list", 4, "images")) {
                now = now.plusSeconds(2);
                phase.done(4);
            }
            assertThat(folder).isEmptyDirectory();
            log.onEvent(new JobEvent.Began(folder.toString()));
            assertThat(events()).containsExactly("jobStarted", "message", "stageStarted", "stageEnded");
        }
        JsonNode start = lines().get(0);
        assertThat(start.get("kind").asText()).isEqualTo("finetune");
        assertThat(start.get("version").asText()).isEqualTo("0.1.0");
        assertThat(start.at("/recipe/rates/1").asDouble()).isEqualTo(1.0);
        assertThat(lines().get(3).toString())
                .isEqualTo("{\"time\":\"2026-01-01T00:00:02Z\",\"event\":\"stageEnded\",\"stage\":\"list\",\"done\":4,"
                        + "\"total\":4,\"unit\":\"images\",\"seconds\":2.0}");
    }

    @Test
    void everyLineIsThereAtOnceOnALocalDiskAndWhateverTheTextsAre() throws IOException {
        try (EventLog log = log()) {
            log.onEvent(new JobEvent.Began(folder.toString()));
            log.warn("a \"label\" <script>\nand a second line");
            log.onEvent(new JobEvent.Rejected(10, 3, Map.of("TRUNCATED", 3L)));
            log.onEvent(epoch(2, 0.5));
            log.onEvent(new JobEvent.Failed(3, "d: is damaged"));
            assertThat(events()).containsExactly("jobStarted", "warning", "rejected", "epoch", "jobFailed");
        }
        assertThat(lines().get(1).get("text").asText()).isEqualTo("a \"label\" <script>\nand a second line");
        assertThat(lines().get(2).at("/perReason/TRUNCATED").asInt()).isEqualTo(3);
        JsonNode epoch = lines().get(3);
        assertThat(epoch.get("epoch").asInt()).isEqualTo(2);
        assertThat(epoch.get("validationLoss").asDouble()).isEqualTo(0.5);
        assertThat(epoch.get("imagesPerSecond").asDouble()).isEqualTo(8);
        assertThat(epoch.get("examplesTrained").asInt()).isEqualTo(32);
        assertThat(lines().get(4).get("exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void roundsAndCountsComeAtABoundedRate() throws IOException {
        try (EventLog log = log();
                Progress.Phase phase = log.start("train", 1000, "examples")) {
            log.onEvent(new JobEvent.Began(folder.toString()));
            for (int round = 1; round <= 100; round++) {
                now = now.plusMillis(500);
                log.onEvent(new JobEvent.Round(1, 3, round, 100, 0.5, round * 10L, 0.5));
                phase.done(round * 10L);
            }
        }
        assertThat(events()).filteredOn("round"::equals).hasSize(10);
        assertThat(events()).filteredOn("stageProgress"::equals).hasSize(5);
    }

    @Test
    void aJobThatIsRunAgainAppendsAlsoAfterHalfALine() throws IOException {
        Path file = folder.resolve(EventLog.FILE);
        Files.writeString(file, "{\"event\":\"jobStarted\"}\n{\"ev");
        try (EventLog log = log()) {
            log.onEvent(new JobEvent.Began(folder.toString()));
        }
        assertThat(Files.readString(file)).startsWith("{\"event\":\"jobStarted\"}\n{\"ev\n{\"time\":");
    }

    @Test
    void aJobThatNeverBeginsWritesNothing() {
        try (EventLog log = log()) {
            log.tell("already done");
            log.onEvent(new JobEvent.Failed(2, "refused"));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"appending", "rewriting"})
    void onOtherFileSystemsLinesComeEveryHalfAMinuteAndAtTheEnd(String scheme) throws IOException {
        Files.writeString(folder.resolve(EventLog.FILE), "{\"event\":\"earlier\"}\n");
        try (EventLog log = log()) {
            log.onEvent(new JobEvent.Began(scheme + "://" + folder));
            log.tell("one");
            assertThat(events()).containsExactly("earlier");
            now = now.plusSeconds(30);
            log.tell("two");
            assertThat(events()).containsExactly("earlier", "jobStarted", "message", "message");
            log.tell("three");
            assertThat(events()).hasSize(4);
        }
        assertThat(events()).hasSize(5);
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLogThatCannotBeWrittenIsToldOnceAndGoesOnWhenItCanBe() throws IOException {
        Path inTheWay = folder.resolve(EventLog.FILE);
        Files.createDirectory(inTheWay);
        try (EventLog log = log()) {
            log.onEvent(new JobEvent.Began("rewriting://" + folder));
            now = now.plusSeconds(30);
            log.tell("one");
            now = now.plusSeconds(30);
            log.tell("two");
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .startsWith("events.jsonl cannot be written: ")
                    .endsWith("; the job continues");
            Files.delete(inTheWay);
        }
        assertThat(events()).containsExactly("jobStarted", "message", "message");
        assertThat(warnings).hasSize(1);
    }

    private EventLog log() {
        return new EventLog(JOB, hadoop, () -> now, warnings::add);
    }

    private List<String> events() throws IOException {
        return lines().stream().map(line -> line.get("event").asText()).toList();
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve(EventLog.FILE))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** A file system that can append, like HDFS. */
    public static class Appending extends RawLocalFileSystem {
        @Override
        public java.net.URI getUri() {
            return java.net.URI.create("appending:///");
        }
    }

    /** A file system that cannot append, like an object store. */
    public static final class Rewriting extends RawLocalFileSystem {
        @Override
        public java.net.URI getUri() {
            return java.net.URI.create("rewriting:///");
        }

        @Override
        public boolean hasPathCapability(org.apache.hadoop.fs.Path path, String capability) throws IOException {
            return !capability.equals(org.apache.hadoop.fs.CommonPathCapabilities.FS_APPEND)
                    && super.hasPathCapability(path, capability);
        }

        @Override
        public org.apache.hadoop.fs.FSDataOutputStream append(
                org.apache.hadoop.fs.Path file, int bufferSize, org.apache.hadoop.util.Progressable progress) {
            throw new UnsupportedOperationException("append");
        }
    }
}
