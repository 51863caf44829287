package org.sparkfinetune.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.Dl4jForward;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class EvaluateJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static SmallRun shared;
    private static Path output;
    private static RunReport report;
    private static List<Row> predictions;

    @TempDir
    private Path folder;

    @BeforeAll
    static void evaluate() {
        shared = SmallRun.shared();
        output = shared.folder().resolve("evaluation");
        report = SmallRun.job(recipe(shared.run(), shared.dataset(), "validation", output));
        predictions =
                LocalSpark.session().read().parquet(output + "/predictions").collectAsList();
    }

    private static String recipe(Path run, Path dataset, String split, Path output) {
        return """
                kind: evaluate
                run: "%s"
                dataset: "%s"
                split: %s
                output: "%s"
                """.formatted(run, dataset, split, output);
    }

    @Test
    void theReportCountsTheStoredPredictions() {
        assertThat(ShardFixture.names(output))
                .containsExactly("events.jsonl", "predictions", "report.html", "report.json");
        RunReport.Evaluation evaluation = report.evaluation();
        long right = predictions.stream()
                .filter(row -> row.getAs("label").equals(row.getAs("predicted")))
                .count();
        long[][] confusion = new long[2][2];
        predictions.forEach(row -> confusion[row.<Integer>getAs("label")][row.<Integer>getAs("predicted")]++);
        assertThat(predictions).hasSize(6);
        assertThat(evaluation.split()).isEqualTo("validation");
        assertThat(evaluation.examples()).isEqualTo(6);
        assertThat(evaluation.accuracy()).isEqualTo(right / 6.0);
        assertThat(evaluation.confusionMatrix()).isDeepEqualTo(confusion);
        assertThat(report.data().perSplit()).isEqualTo(Map.of("validation", 6L));
        assertThat(report.throughput().images()).isEqualTo(6);
    }

    @Test
    void mistakesAreListedByConfidenceWithTheirPicturesOnThePage() throws IOException {
        List<String> wrong = predictions.stream()
                .filter(row -> !row.getAs("label").equals(row.getAs("predicted")))
                .map(row -> row.<String>getAs("path"))
                .toList();
        assertThat(report.evaluation().mistakes())
                .extracting(RunReport.Mistake::path)
                .containsExactlyInAnyOrderElementsOf(wrong);
        assertThat(report.evaluation().mistakes())
                .extracting(RunReport.Mistake::probability)
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(report.evaluation().reliability().stream()
                        .mapToLong(RunReport.ReliabilityBin::examples)
                        .sum())
                .isEqualTo(6);
        String page = Files.readString(output.resolve("report.html"));
        assertThat(page.split("src=\"data:image/jpeg;base64,", -1)).hasSize(1 + wrong.size());
        assertThat(Files.readString(output.resolve("report.json"))).doesNotContain("base64");
        assertThat(wrong).as("a model that knows nothing errs").isNotEmpty();
    }

    @Test
    void everyRowNamesWhatItPredicts() {
        assertThat(predictions).allSatisfy(row -> {
            List<Float> probabilities = row.getList(row.fieldIndex("probabilities"));
            int predicted = row.getAs("predicted");
            assertThat(probabilities).hasSize(2);
            assertThat(probabilities.get(0) + probabilities.get(1)).isCloseTo(1f, within(1e-5f));
            assertThat(probabilities.get(predicted)).isEqualTo(Math.max(probabilities.get(0), probabilities.get(1)));
            assertThat(row.<String>getAs("predictedName"))
                    .isEqualTo(List.of("blue", "red").get(predicted));
            assertThat(row.<String>getAs("path")).contains("/" + row.<String>getAs("labelName") + "/");
        });
    }

    @Test
    void theModelFileGivesTheStoredProbabilitiesAndTheValidationLossOfTheBestEpoch()
            throws IOException, RejectedPictureException {
        Map<String, float[]> expected =
                new Dl4jForward(shared).activations(shared.dataset() + "/split=validation", SmallRun.SCORES);
        double loss = 0;
        for (Row row : predictions) {
            List<Float> probabilities = row.getList(row.fieldIndex("probabilities"));
            float[] byDl4j = expected.get(row.<String>getAs("sha256"));
            assertThat(probabilities.get(0)).isCloseTo(byDl4j[0], within(1e-6f));
            assertThat(probabilities.get(1)).isCloseTo(byDl4j[1], within(1e-6f));
            loss -= Math.log(byDl4j[row.<Integer>getAs("label")]) / predictions.size();
        }
        RunReport.Training training = Reports.read(shared.run().toString()).training();
        double best = training.epochs().get(training.bestEpoch() - 1).validationLoss();
        assertThat(loss).isCloseTo(best, within(1e-5));
        assertThat(training.epochs())
                .allSatisfy(epoch -> assertThat(epoch.validationLoss()).isGreaterThanOrEqualTo(best));
    }

    @Test
    void aDatasetWithOtherLabelsIsRefused() throws IOException {
        Path other = changed(
                description -> description.putArray("labelNames").add("azure").add("red"));
        assertThatThrownBy(() -> SmallRun.job(recipe(shared.run(), other, "test", folder.resolve("out"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("dataset: has the labels [azure, red], the model of the run knows [blue, red];"
                        + " evaluate it on a dataset with the same labels");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void anEmptySplitIsRefused() throws IOException {
        Path other = changed(description -> description.withObject("/counts").remove("test"));
        assertThatThrownBy(() -> SmallRun.job(recipe(shared.run(), other, "test", folder.resolve("out"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("split: is test, which is empty in this dataset; its splits are [train, validation]");
    }

    @Test
    void aDatasetThatHoldsOtherPicturesThanItSaysIsRefusedAndNothingLooksFinished() throws IOException {
        Path other =
                changed(description -> description.withObject("/counts/test").put("red", 4));
        SmallRun.copy(shared.dataset().resolve("split=test"), other.resolve("split=test"));
        assertThatThrownBy(() -> SmallRun.job(recipe(shared.run(), other, "test", folder.resolve("out"))))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + other + ": split=test holds 6 pictures, but its dataset.json says 7;"
                        + " the dataset was changed, make it again with overwrite: true");
        assertThat(ShardFixture.names(folder.resolve("out"))).containsExactly("_staging", "events.jsonl");
    }

    @Test
    void anUnfinishedRunIsRefused() throws IOException {
        Path unfinished = folder.resolve("unfinished");
        SmallRun.copy(shared.run().resolve("checkpoints"), unfinished.resolve("checkpoints"));
        assertThatThrownBy(() -> SmallRun.job(recipe(unfinished, shared.dataset(), "test", folder.resolve("out"))))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:" + unfinished + ": holds no finished run of kind finetune; run that recipe first,"
                        + " or once more if it was interrupted");
    }

    @Test
    void aFinishedEvaluationIsFoundWithoutTheNetwork() throws IOException {
        Path run = folder.resolve("run");
        SmallRun.copy(shared.run(), run);
        String recipe = recipe(run, shared.dataset(), "test", folder.resolve("out"));
        RunReport first = SmallRun.job(recipe);
        Files.delete(run.resolve("model/model.zip"));
        assertThat(SmallRun.job(recipe)).usingRecursiveComparison().isEqualTo(first);
    }

    private Path changed(Consumer<ObjectNode> change) throws IOException {
        ObjectNode description = (ObjectNode)
                JSON.readTree(shared.dataset().resolve("dataset.json").toFile());
        change.accept(description);
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("dataset.json"), JSON.writeValueAsString(description));
        return other;
    }
}
