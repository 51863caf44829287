package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.DescribedKey;
import org.sparkfinetune.config.KeyReference;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.finetune.options.HeadOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class FinetuneJobTest {
    /** Three convolutions with biases and their batch normalisations: res5c. */
    private static final long LAST_BLOCK =
            (2048 * 512 + 512) + (9 * 512 * 512 + 512) + (512 * 2048 + 2048) + 4 * (512 + 512 + 2048);

    private static SmallRun shared;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    @Test
    void theRunFolderHoldsModelRecipeReportAndCheckpoints() throws IOException {
        assertThat(ShardFixture.names(shared.run()))
                .containsExactly("checkpoints", "events.jsonl", "model", "recipe.yaml", "report.html", "report.json");
        assertThat(ShardFixture.names(shared.run().resolve("model")))
                .containsExactly("card.yaml", "labels.json", "model.onnx", "model.zip");
        assertThat(ShardFixture.names(shared.run().resolve("checkpoints")))
                .containsExactly("epoch-00001.checkpoint", "epoch-00002.checkpoint", "epochs.json");
        assertThat(Files.readString(shared.run().resolve("model/labels.json"))).isEqualTo("[ \"blue\", \"red\" ]\n");
    }

    @Test
    void theRecipeInTheRunSpellsOutEveryDefaultAndBindsAgain() throws IOException {
        String written = Files.readString(shared.run().resolve("recipe.yaml"));
        Recipe bound = Jobs.read(YamlFile.parse("recipe.yaml", written));
        assertThat(bound).isEqualTo(Jobs.read(YamlFile.parse("test.yaml", shared.recipe())));
        JsonNode tree = new YAMLMapper().readTree(written);
        assertThat(names(tree)).isEqualTo(components(FinetuneRecipe.class));
        assertThat(names(tree.get("head"))).isEqualTo(components(HeadOptions.class));
        assertThat(names(tree.get("training"))).isEqualTo(components(TrainingOptions.class));
        assertThat(names(tree.get("inference"))).isEqualTo(components(InferenceOptions.class));
    }

    @Test
    void theReportHasExactlyTheDocumentedKeys() throws IOException {
        JsonNode report = json(shared.run().resolve("report.json"));
        assertThat(names(report))
                .containsExactly(
                        "kind",
                        "status",
                        "startedAt",
                        "durationSeconds",
                        "provenance",
                        "data",
                        "training",
                        "evaluation",
                        "outputs");
        assertThat(names(report.get("provenance")))
                .containsExactly(
                        "version",
                        "git",
                        "java",
                        "spark",
                        "dl4j",
                        "cluster",
                        "engine",
                        "seed",
                        "inputs",
                        "weightsSha256",
                        "fingerprint");
        assertThat(names(report.get("data"))).containsExactly("examples", "rejected", "perSplit", "quality");
        assertThat(names(report.get("training")))
                .containsExactly(
                        "epochs", "examplesTrained", "trainableParameters", "totalParameters", "bestEpoch", "trainer");
        assertThat(names(report.get("training").get("epochs").get(0)))
                .containsExactly(
                        "epoch",
                        "stage",
                        "learningRate",
                        "examples",
                        "rounds",
                        "loss",
                        "accuracy",
                        "validationLoss",
                        "validationAccuracy",
                        "seconds",
                        "trunkSeconds",
                        "imagesPerSecond",
                        "bytesPerRound",
                        "engine");
        assertThat(names(report.get("evaluation")))
                .containsExactly(
                        "split",
                        "examples",
                        "accuracy",
                        "top5Accuracy",
                        "macroF1",
                        "expectedCalibrationError",
                        "perClass",
                        "confusionMatrix",
                        "reliability",
                        "mistakes");
        assertThat(names(report.get("outputs"))).containsExactly("model", "report");
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(file.toFile());
    }

    @Test
    void theReportCountsWhatWasTrained() {
        RunReport report = Reports.read(shared.run().toString());
        assertThat(report.data().perSplit()).isEqualTo(Map.of("train", 12L, "validation", 6L));
        assertThat(report.data().examples()).isEqualTo(18);
        RunReport.Training training = report.training();
        assertThat(training.examplesTrained()).isEqualTo(24);
        assertThat(training.trainableParameters()).isEqualTo(2 * 513);
        // The published network without its 1,000 classes, with our two.
        assertThat(training.totalParameters()).isEqualTo(1_235_496 - 1000 * 513 + 2 * 513);
        assertThat(training.epochs()).extracting(RunReport.Epoch::rounds).containsExactly(2, 2);
        assertThat(training.epochs().get(0).trunkSeconds()).isPositive();
        assertThat(training.epochs().get(1).trunkSeconds()).isZero();
        // Parameters and both moments of Adam, as floats.
        assertThat(training.epochs().get(0).bytesPerRound()).isEqualTo(3 * 4 * 1026);
        assertThat(training.epochs())
                .extracting(RunReport.Epoch::engine)
                .containsOnly(RunReport.Engine.layerByLayer("no convolution, so nothing to gain"));
    }

    @Test
    void theReportEvaluatesTheBestEpochOnTheHeldOutSplit() throws IOException {
        RunReport report = Reports.read(shared.run().toString());
        RunReport.Training training = report.training();
        RunReport.Epoch best = training.epochs().get(training.bestEpoch() - 1);
        RunReport.Evaluation evaluation = report.evaluation();
        assertThat(evaluation.split()).isEqualTo("validation");
        assertThat(evaluation.examples()).isEqualTo(6);
        assertThat(evaluation.accuracy()).isEqualTo(best.validationAccuracy());
        long wrong = Math.round((1 - evaluation.accuracy()) * 6);
        assertThat(evaluation.mistakes()).hasSize((int) wrong).allSatisfy(mistake -> {
            assertThat(mistake.path()).startsWith("file:" + shared.pictures() + "/" + mistake.labelName() + "/");
            assertThat(mistake.predictedName()).isNotEqualTo(mistake.labelName());
        });
        assertThat(Files.readString(shared.run().resolve("report.html"))).contains("id=\"confusion\"");
    }

    @Test
    void theSameRecipeAgainTouchesNothing() throws IOException {
        Map<String, FileTime> before = times(shared.run());
        RecordedProgress progress = new RecordedProgress();
        RunReport again = SmallRun.job(shared.recipe(), progress);
        assertThat(progress.told()).last().isEqualTo("already done: " + shared.run());
        assertThat(again)
                .usingRecursiveComparison()
                .isEqualTo(Reports.read(shared.run().toString()));
        assertThat(times(shared.run())).isEqualTo(before);
    }

    @Test
    void anotherRecipeInTheSameOutputIsRefusedWithBothFingerprints() throws IOException {
        Map<String, FileTime> before = times(shared.run());
        String fingerprint = Reports.read(shared.run().toString()).provenance().fingerprint();
        assertThatThrownBy(() -> SmallRun.job(shared.recipe(shared.run().toString(), 4, 0.001)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageMatching("\\Qfile:" + shared.run()
                        + ": holds the result of another recipe, model or input (fingerprint " + fingerprint
                        + ", this one is \\E(?!" + fingerprint + ")[0-9a-f]{16}\\Q); choose another output, or --set"
                        + " overwrite=true to replace it\\E");
        assertThat(times(shared.run())).isEqualTo(before);
    }

    @Test
    void aKilledRunGoesOnFromItsCheckpointAndEndsWithTheSameModel() throws IOException {
        Path killed = shared.folder().resolve("killed");
        SmallRun.copy(shared.run().resolve("checkpoints"), killed.resolve("checkpoints"));
        markUnfinished(killed);
        Files.createDirectories(killed.resolve("_staging/model"));
        Files.writeString(killed.resolve("_staging/model/model.zip"), "half a model");
        RecordedProgress progress = new RecordedProgress();
        RunReport resumed = SmallRun.job(shared.recipe(killed.toString(), 4, 0.001), progress);
        assertThat(progress.told())
                .contains("resume from the checkpoint of epoch 2", "train the tail: 24 examples")
                .anyMatch(text -> text.startsWith("epoch 4 of 4: 2 rounds, loss "));
        assertThat(resumed.training().resumedFromEpoch()).isEqualTo(2);
        assertThat(resumed.training().epochs().subList(0, 2))
                .isEqualTo(Reports.read(shared.run().toString()).training().epochs());
        assertThat(ShardFixture.names(killed))
                .containsExactly("checkpoints", "events.jsonl", "model", "recipe.yaml", "report.html", "report.json");

        Path whole = shared.folder().resolve("whole");
        RunReport atOnce = SmallRun.job(shared.recipe(whole.toString(), 4, 0.001));
        assertThat(atOnce.training().resumedFromEpoch()).isNull();
        assertThat(atOnce.training().epochs()).hasSize(4);
        assertThat(atOnce.training().epochs())
                .extracting(RunReport.Epoch::loss)
                .isEqualTo(resumed.training().epochs().stream()
                        .map(RunReport.Epoch::loss)
                        .toList());
        assertThat(model(killed)).hasSameBinaryContentAs(model(whole));
        assertThat(resumed.evaluation()).usingRecursiveComparison().isEqualTo(atOnce.evaluation());
    }

    @Test
    void overwriteBeginsAnewAndFindsTheFeaturesCached() throws IOException {
        Path output = shared.folder().resolve("overwritten");
        SmallRun.copy(shared.run(), output);
        RecordedProgress progress = new RecordedProgress();
        RunReport report = SmallRun.job(shared.recipe(output.toString(), 1, 0.01) + "overwrite: true", progress);
        assertThat(progress.told())
                .contains("starting over: the checkpoints in file:" + output + "/checkpoints are of another recipe")
                .anyMatch(text -> text.startsWith("features are cached: file:" + shared.folder() + "/features/"));
        assertThat(report.training().resumedFromEpoch()).isNull();
        assertThat(report.training().epochs()).hasSize(1);
        assertThat(report.training().epochs().get(0).trunkSeconds()).isZero();
        assertThat(ShardFixture.names(output.resolve("checkpoints")))
                .containsExactly("epoch-00001.checkpoint", "epochs.json");
        assertThat(Files.readString(output.resolve("recipe.yaml"))).contains("learningRate: 0.01");
    }

    @Test
    void stagesUnfreezeGraduallyAndAKilledStageGoesOn() throws IOException {
        Path whole = shared.folder().resolve("stages");
        RecordedProgress progress = new RecordedProgress();
        RunReport atOnce = SmallRun.job(staged(whole), progress);
        assertThat(atOnce.training().epochs())
                .extracting(RunReport.Epoch::epoch, RunReport.Epoch::stage, RunReport.Epoch::learningRate)
                .containsExactly(tuple(1, 1, 0.001), tuple(2, 2, 0.0001), tuple(3, 2, 0.0001));
        assertThat(atOnce.training().epochs())
                .extracting(epoch -> epoch.engine().name())
                .containsExactly("deeplearning4j", "onednn", "onednn");
        assertThat(progress.told()).contains("train stage 1 of 2: 12 examples", "train stage 2 of 2: 24 examples");
        // The last block of the network, its batch normalisation included, and the head.
        assertThat(atOnce.training().trainableParameters()).isEqualTo(LAST_BLOCK + 2 * 2048 + 2);

        // No layer is named, so that it is the one of the card.
        Path embeddings = shared.folder().resolve("stages-embeddings");
        SmallRun.job("kind: extract\ninput: \"%s\"\nmodel: \"%s\"\noutput: \"%s\"\n"
                .formatted(shared.dataset(), whole, embeddings));
        assertThat(json(embeddings.resolve("embeddings.json")).get("layer").asText())
                .isEqualTo("avgpool");
        assertThat(LocalSpark.session()
                        .read()
                        .parquet(embeddings + "/embeddings")
                        .collectAsList())
                .hasSize(24)
                .allSatisfy(
                        row -> assertThat(row.<Float>getList(6)).hasSize(2048).allMatch(Float::isFinite));

        Path killed = shared.folder().resolve("stages-killed");
        Path checkpoints = whole.resolve("checkpoints");
        SmallRun.copy(checkpoints, killed.resolve("checkpoints"));
        Files.delete(killed.resolve("checkpoints/epoch-00003.checkpoint"));
        markUnfinished(killed);
        RunReport resumed = SmallRun.job(staged(killed));
        assertThat(resumed.training().resumedFromEpoch()).isEqualTo(2);
        assertThat(resumed.training().epochs())
                .extracting(RunReport.Epoch::loss)
                .isEqualTo(atOnce.training().epochs().stream()
                        .map(RunReport.Epoch::loss)
                        .toList());
        assertThat(resumed.training().epochs().stream().map(RunReport.Epoch::engine))
                .containsExactlyElementsOf(atOnce.training().epochs().stream()
                        .map(RunReport.Epoch::engine)
                        .toList());
        assertThat(model(killed)).hasSameBinaryContentAs(model(whole));
    }

    @Test
    void aRunKilledInsideAnEpochGoesOnFromItsLastRound() throws IOException {
        Path whole = shared.folder().resolve("rounds");
        String rounds =
                "\ntraining: {epochs: 2, batchSizePerWorker: 2, checkpointEveryRounds: 1, keepCheckpoints: 9}\n";
        String recipe = shared.recipe(whole.toString(), 2, 0.001).replaceFirst("training:.*", "") + rounds;
        RunReport atOnce = SmallRun.job(recipe);
        assertThat(ShardFixture.names(whole.resolve("checkpoints")))
                .containsExactly(
                        "epoch-00000-round-00001.checkpoint",
                        "epoch-00000-round-00002.checkpoint",
                        "epoch-00001-round-00001.checkpoint",
                        "epoch-00001-round-00002.checkpoint",
                        "epoch-00001.checkpoint",
                        "epoch-00002.checkpoint",
                        "epochs.json");
        Path killed = shared.folder().resolve("rounds-killed");
        Path checkpoints = Files.createDirectories(killed.resolve("checkpoints"));
        for (String survivor : List.of("epoch-00001-round-00002.checkpoint", "epoch-00001.checkpoint", "epochs.json")) {
            Files.copy(whole.resolve("checkpoints").resolve(survivor), checkpoints.resolve(survivor));
        }
        markUnfinished(killed);
        RecordedProgress progress = new RecordedProgress();
        RunReport resumed = SmallRun.job(recipe.replace(whole.toString(), killed.toString()), progress);
        assertThat(progress.told()).contains("resume from the checkpoint of epoch 1 and 2 rounds");
        RunReport.Epoch last = resumed.training().epochs().get(1);
        RunReport.Epoch expected = atOnce.training().epochs().get(1);
        assertThat(List.of(last.loss(), last.accuracy())).isEqualTo(List.of(expected.loss(), expected.accuracy()));
        assertThat(model(killed)).hasSameBinaryContentAs(model(whole));
    }

    @Test
    void trainingEndsWhenTheLossNoLongerFalls() {
        Path output = shared.folder().resolve("stopped");
        RecordedProgress progress = new RecordedProgress();
        // Not Adam: at a rate of 0 ND4J's still makes steps of its epsilon, and the loss falls by 3e-7 an epoch.
        RunReport report = SmallRun.job(
                shared.recipe(output.toString(), 50, 0)
                        .replace("learningRate: 0.0", "learningRate: 0, updater: sgd, earlyStopping: {patience: 2}"),
                progress);
        assertThat(report.training().epochs()).hasSize(3);
        assertThat(report.training().bestEpoch()).isEqualTo(1);
    }

    @Test
    void withNothingFrozenTheWholeNetworkLearnsFromPixels() throws IOException {
        Path output = shared.folder().resolve("unfrozen");
        RecordedProgress progress = new RecordedProgress();
        RunReport report = SmallRun.job(
                shared.recipe(output.toString(), 1, 0.001).replace("freezeUpTo: fire9", "freezeUpTo: none"), progress);
        assertThat(report.training().trainableParameters())
                .isEqualTo(report.training().totalParameters());
        // 227 x 227 pixels of three floats.
        assertThat(progress.told())
                .anyMatch(text -> text.startsWith("pixels of 18 pictures take 10.6 MiB (603.9 KiB each)"));
        assertThat(report.training().epochs().get(0).loss()).isPositive().isFinite();
    }

    /** As a job does before anything else. */
    private static void markUnfinished(Path output) throws IOException {
        Files.createDirectories(output.resolve("_staging"));
        Files.writeString(output.resolve("_staging/owner"), "");
    }

    /** A network in full size, with batch normalisation. */
    private static String staged(Path output) {
        return shared.recipe(output.toString(), 1, 0.001)
                .replace("model: squeezenet", "model: resnet50")
                .replace("freezeUpTo: fire9", "freezeUpTo: avgpool")
                .replaceFirst("training:.*", """
                training:
                  batchSizePerWorker: 6
                  layerDecay: 0.5
                  stages:
                    - {freezeUpTo: head, epochs: 1, learningRate: 0.001}
                    - {freezeUpTo: all-but-1, epochs: 2, learningRate: 0.0001}
                """);
    }

    /** The same network is the same file. */
    private static Path model(Path run) {
        return run.resolve("model/model.zip");
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static List<String> components(Class<? extends Record> type) {
        return KeyReference.of(type).stream()
                .map(DescribedKey::path)
                .filter(path -> !path.contains("."))
                .toList();
    }

    private static Map<String, FileTime> times(Path folder) throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        for (Path file : SmallRun.below(folder)) {
            times.put(file.toString(), Files.getLastModifiedTime(file));
        }
        return times;
    }
}
