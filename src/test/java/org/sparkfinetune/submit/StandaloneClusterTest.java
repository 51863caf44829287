package org.sparkfinetune.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.Script;

/**
 * The jobs on a standalone cluster of a master and two workers, each a process of its own, submitted as a user submits
 * them. Processes that are killed by SIGKILL change nothing of the results.
 */
@Tag("cluster")
@Timeout(900)
class StandaloneClusterTest {
    private static final String PORT = "17077";

    @TempDir
    private static Path folder;

    private static JobChain jobs;

    @BeforeAll
    static void startAndRunUndisturbed() throws Exception {
        Script.assumePackaged();
        Script started = cluster("start", "--workers", "2", "--cores", "1", "--memory", "1g", "--port", PORT);
        assertThat(started.code()).as(started.log()).isZero();
        JobChain.writePictures(folder.resolve("pictures"));
        jobs = new JobChain(
                folder.toUri().toString().replaceAll("/$", ""),
                folder,
                folder.resolve("cluster/profile.properties"),
                Map.of());
        jobs.done(jobs.shard());
        jobs.done(jobs.finetune("run"));
        jobs.done(jobs.extract("run", "table"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (jobs != null) {
            cluster("stop");
        }
    }

    private static Script cluster(String command, String... flags) throws Exception {
        String[] words = Stream.concat(
                        Stream.of(command, "--dir", folder.resolve("cluster").toString()), Stream.of(flags))
                .toArray(String[]::new);
        return Script.run(folder.resolve("cluster-" + command + ".log"), Map.of(), "cluster", words);
    }

    @Test
    void theFourJobsRunOnTwoExecutors() throws Exception {
        jobs.done(jobs.evaluate("run"));
        assertThat(Files.readString(folder.resolve("evaluation/report.json"))).contains("\"examples\" : 30");
        assertThat(jobs.embeddings("table")).hasSize(2 * JobChain.PICTURES);
        assertThat(executors("0")).isNotEmpty();
        assertThat(executors("1")).isNotEmpty();
    }

    @Test
    void doctorReachesBothExecutors() throws Exception {
        Script ended = doctor();
        assertThat(ended.code()).as(ended.log()).isZero();
        assertThat(ended.log())
                .containsPattern("\nok    processor: has avx2 \\(everywhere\\)\n")
                .containsPattern("\nok    reads \\S+/dataset: yes \\(everywhere\\)\n")
                .containsPattern("\nok    writes \\S+/run: yes \\(everywhere\\)\n")
                .containsPattern("\nok    clock: as the driver's \\(executor 0 on \\S+, executor 1 on \\S+\\)\n")
                .containsPattern(
                        "\nok    memory plan: an executor takes about \\d+ MiB outside of Java's heap \\(squeezenet\\)")
                .as("random weights are at hand")
                .doesNotContain(" weights: ");
    }

    @Test
    void doctorTellsThatNoExecutorStarts() throws Exception {
        Script ended = doctor("--conf", "spark.executor.memory=64g");
        assertThat(ended.code()).as(ended.log()).isEqualTo(2);
        assertThat(ended.log())
                .contains("WRONG reached: none has started in 20 seconds (executors)\n      to do: start workers, ");
    }

    private static Script doctor(String... flags) throws Exception {
        String[] words = Stream.concat(
                        Stream.of(
                                "doctor",
                                jobs.finetune("run").toString(),
                                "--on",
                                jobs.profile().toString()),
                        Stream.of(flags))
                .toArray(String[]::new);
        return Script.run(folder.resolve("doctor.log"), Map.of(), "submit", words);
    }

    @Test
    void anExecutorKilledInTheTrainingChangesNothing() throws Exception {
        int before = executors("2").size();
        Path recipe = jobs.finetune("run-with-a-lost-executor");
        Process driver = jobs.start(recipe);
        try {
            await(driver, recipe, "run-with-a-lost-executor/checkpoints", "epoch-00001");
            executor().destroyForcibly();
            assertThat(driver.waitFor()).as(Files.readString(jobs.log(recipe))).isZero();
        } finally {
            Script.end(driver);
        }
        assertThat(executors("2"))
                .as("with the new one in the place of the killed")
                .hasSize(before + 1);
        assertThat(jobs.model("run-with-a-lost-executor")).isEqualTo(jobs.model("run"));
    }

    @Test
    void anExecutorKilledInTheExtractionChangesNothing() throws Exception {
        Path recipe = jobs.extract("run", "table-with-a-lost-executor");
        Process driver = jobs.start(recipe);
        try {
            await(driver, recipe, "table-with-a-lost-executor/_staging/embeddings", "part-");
            executor().destroyForcibly();
            assertThat(driver.waitFor()).as(Files.readString(jobs.log(recipe))).isZero();
        } finally {
            Script.end(driver);
        }
        assertThat(jobs.embeddings("table-with-a-lost-executor")).isEqualTo(jobs.embeddings("table"));
    }

    @Test
    void aDriverKilledAndSubmittedAgainChangesNothing() throws Exception {
        Path recipe = jobs.finetune("run-submitted-twice");
        killed(recipe, "run-submitted-twice/checkpoints", "epoch-00002");
        assertThat(folder.resolve("run-submitted-twice/report.json")).doesNotExist();
        jobs.done(recipe);
        assertThat(Files.readString(folder.resolve("run-submitted-twice/report.json")))
                .contains("\"resumedFromEpoch\" : 2");
        assertThat(jobs.model("run-submitted-twice")).isEqualTo(jobs.model("run"));

        Path extract = jobs.extract("run", "table-submitted-twice");
        killed(extract, "table-submitted-twice/_staging/embeddings", "part-");
        jobs.done(extract);
        assertThat(jobs.embeddings("table-submitted-twice")).isEqualTo(jobs.embeddings("table"));
    }

    /** Submits a recipe and kills the driver once a file is there. */
    private static void killed(Path recipe, String below, String name) throws Exception {
        Process driver = jobs.start(recipe);
        try {
            await(driver, recipe, below, name);
        } finally {
            Script.end(driver);
        }
        assertThat(driver.waitFor()).isEqualTo(128 + 9);
    }

    /** Waits for a file whose name begins so, which must come before the job ends. */
    private static void await(Process driver, Path recipe, String below, String name) throws Exception {
        while (names(folder.resolve(below)).stream().noneMatch(found -> found.startsWith(name))) {
            assertThat(driver.isAlive()).as(Files.readString(jobs.log(recipe))).isTrue();
            Thread.sleep(20);
        }
        assertThat(driver.isAlive()).as("not at its end yet").isTrue();
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** An executor that runs now: a child of a worker. */
    private static ProcessHandle executor() throws IOException {
        long worker = Long.parseLong(
                Files.readString(folder.resolve("cluster/worker-1.pid")).strip());
        return ProcessHandle.of(worker).orElseThrow().children().findFirst().orElseThrow();
    }

    /** Where executors of this number have worked, one folder an application. */
    private static List<Path> executors(String number) throws IOException {
        try (Stream<Path> below = Files.walk(folder.resolve("cluster"), 3)) {
            return below.filter(path -> path.getFileName().toString().equals(number))
                    .toList();
        }
    }
}
