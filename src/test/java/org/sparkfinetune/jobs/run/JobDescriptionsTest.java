package org.sparkfinetune.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

/** Every job that Spark runs for one of ours says in its web interface, in plain words, what it is for. */
@Tag("spark")
class JobDescriptionsTest {
    private static final SmallRun SHARED = SmallRun.shared();

    @TempDir
    private Path folder;

    @Test
    void shard() throws IOException {
        Path pictures = folder.resolve("pictures");
        SmallRun.copy(SHARED.pictures(), pictures);
        Files.writeString(pictures.resolve("red/text.jpg"), "no picture");
        String recipe = """
                kind: shard
                input: "%s"
                output: "%s/out"
                maxRejectedFraction: 0.5
                """.formatted(pictures, folder);
        assertThat(described("shard", recipe)).contains("shard: read pictures, 25 pictures");
        Files.copy(SHARED.pictures().resolve("red/1.png"), pictures.resolve("red/copy.png"));
        described("shard", recipe);
    }

    @Test
    void finetuneOnFeatures() {
        assertThat(described("finetune", SHARED.recipe(folder + "/sub/out", 2, 0.001)))
                .contains(
                        "finetune: compute features of the frozen trunk, 18 pictures",
                        "finetune: epoch 1 of 2, round 1 of 2 on 2 workers",
                        "finetune: epoch 2 of 2, round 2 of 2 on 2 workers",
                        "finetune: epoch 2 of 2, score on held-out examples",
                        "finetune: evaluate the best epoch on held-out examples");
    }

    @Test
    void finetuneWithDeeplearning4jsMaster() {
        String recipe = SHARED.recipe(folder + "/out", 1, 0.001).replace("training: {", "training: {trainer: dl4j, ");
        assertThat(described("finetune", recipe)).contains("finetune: epoch 1 of 1, Deeplearning4j's own master");
    }

    @Test
    void lrFind() {
        assertThat(described("lr-find", """
                kind: lr-find
                dataset: "%s"
                model: squeezenet
                weights: random
                output: "%s/out"
                training: {batchSizePerWorker: 4}
                search: {from: 0.0001, to: 1, candidates: 3, steps: 4}
                """.formatted(SHARED.dataset(), folder)))
                .contains("lr-find: try learning rates, 3 of them side by side");
    }

    @Test
    void evaluate() {
        assertThat(described("evaluate", """
                kind: evaluate
                run: "%s"
                dataset: "%s"
                output: "%s/out"
                """.formatted(SHARED.run(), SHARED.dataset(), folder)))
                .contains("evaluate: predict the test split, 6 pictures");
    }

    @Test
    void extractAndSimilar() throws IOException {
        Path pictures = folder.resolve("pictures");
        SmallRun.copy(SHARED.pictures(), pictures);
        String recipe = """
                kind: extract
                input: "%s"
                model: "%s"
                output: "%s/table"
                layer: conv10_pool
                """.formatted(pictures, SHARED.run(), folder);
        described("extract", recipe);
        Files.copy(SHARED.pictures().resolve("red/1.png"), pictures.resolve("red/copy.png"));
        described("extract", recipe + "also: clip-retrieval\n");
        assertThat(described("similar", """
                kind: similar
                embeddings: "%s/table"
                output: "%s/out"
                duplicates: 0.99
                """.formatted(folder, folder)))
                .contains("similar: read embeddings, 25 vectors");
    }

    @Test
    void predict() {
        described("predict", """
                kind: predict
                input: "%s"
                model: "%s"
                output: "%s/out"
                """.formatted(SHARED.dataset(), SHARED.run(), folder));
    }

    @Test
    void exportRunsOnTheDriver() {
        SmallRun.job("""
                kind: export
                model: "%s"
                output: "%s/out"
                """.formatted(SHARED.run(), folder));
    }

    /**
     * What Spark's jobs were called; each says which kind of job it belongs to, and the name that was there before is
     * back.
     */
    private static List<String> described(String kind, String recipe) {
        JavaSparkContext spark = LocalSpark.context();
        Started started = new Started();
        spark.sc().addSparkListener(started);
        spark.setLocalProperty(JobDescription.KEY, "the user's own");
        try {
            SmallRun.job(recipe);
            assertThat(spark.getLocalProperty(JobDescription.KEY)).isEqualTo("the user's own");
            drain(spark);
        } finally {
            spark.setLocalProperty(JobDescription.KEY, null);
            spark.sc().removeSparkListener(started);
        }
        assertThat(started.descriptions)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text)
                        .startsWith(kind + ": ")
                        .hasSizeLessThan(100)
                        .doesNotContain(".java", ".scala", "$", "runId", "/"));
        return started.descriptions;
    }

    private static void drain(JavaSparkContext spark) {
        try {
            spark.sc().listenerBus().waitUntilEmpty();
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Started extends SparkListener {
        private final List<String> descriptions = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void onJobStart(SparkListenerJobStart job) {
            descriptions.add(String.valueOf(job.properties().getProperty(JobDescription.KEY)));
        }
    }
}
