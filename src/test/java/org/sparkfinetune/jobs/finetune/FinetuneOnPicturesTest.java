package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.zoo.files.ModelArchive;

/** Training that reads pictures in every epoch, without and with augmentation. */
@Tag("spark")
class FinetuneOnPicturesTest {
    private static SmallRun shared;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    @Test
    void withoutAugmentationTheModelIsTheOneOfKeptActivationsBitForBit() throws IOException {
        RecordedProgress progress = new RecordedProgress();
        RunReport report = finetune("never/run", "cache: never", progress);
        assertThat(progress.told())
                .anyMatch(text ->
                        text.matches("features of 18 pictures take 5\\.9 MiB \\(338\\.0 KiB each\\), .* are free;"
                                + " cache: never, so the pictures are read and run through the trunk in every epoch"));
        assertThat(shared.folder().resolve("never/features")).doesNotExist();
        assertThat(model("never/run")).isEqualTo(model("run"));
        RunReport kept = Reports.read(shared.run().toString());
        assertThat(report.training().epochs())
                .extracting(RunReport.Epoch::loss)
                .isEqualTo(kept.training().epochs().stream()
                        .map(RunReport.Epoch::loss)
                        .toList());
        // How a result is computed is not part of what it is.
        assertThat(report.provenance().fingerprint())
                .isEqualTo(kept.provenance().fingerprint());
        assertThat(report.training().epochs().get(0).trunkSeconds()).isZero();
    }

    @Test
    void withAugmentationTheModelIsAnotherOneAndTheSameAgain() throws IOException {
        RecordedProgress progress = new RecordedProgress();
        RunReport report = finetune("augmented", "augmentation: {preset: strong}", progress);
        assertThat(progress.told())
                .contains("pictures are augmented, so they are read and run through the trunk in every epoch")
                .noneMatch(text -> text.startsWith("features are cached"));
        assertThat(report.training().epochs()).hasSize(2);
        assertThat(report.training().examplesTrained()).isEqualTo(24);
        assertThat(report.training().epochs().get(1).validationLoss()).isNotNull();
        assertThat(model("augmented")).isNotEqualTo(model("run"));
        assertThat(Files.readString(shared.folder().resolve("augmented/recipe.yaml")))
                .contains("augmentation:\n  preset: strong\n  minCropArea: 0.2\n", "  cutmix: 1.0\n", "cache: auto\n");

        LocalSpark.session().conf().set("spark.sql.files.maxPartitionBytes", "1000b");
        try {
            finetune("again", "augmentation: {preset: strong}", new RecordedProgress());
        } finally {
            LocalSpark.session().conf().unset("spark.sql.files.maxPartitionBytes");
        }
        assertThat(model("again")).isEqualTo(model("augmented"));
    }

    /** The second run could not read the held-out pictures: they are gone. */
    @Test
    void heldOutPicturesGoThroughTheTrunkOnceAlthoughTheOthersAreAugmented() throws IOException {
        Path folder = shared.folder().resolve("held-out");
        SmallRun.copy(shared.dataset(), folder.resolve("dataset"));
        String recipe = shared.recipe(folder.resolve("run").toString(), 2, 0.001)
                        .replace(
                                shared.dataset().toString(),
                                folder.resolve("dataset").toString())
                + "augmentation: {preset: standard}\n";
        RecordedProgress progress = new RecordedProgress();
        RunReport kept = SmallRun.job(recipe, progress);
        assertThat(progress.told())
                .contains(
                        "pictures are augmented, so they are read and run through the trunk in every epoch",
                        "compute features of the frozen trunk: 6 pictures")
                .anyMatch(text ->
                        text.matches("held out: features of 6 pictures take 2\\.0 MiB \\(338\\.0 KiB each\\), .*"
                                + " are free; cache: auto, so they are kept"));
        assertThat(kept.training().epochs())
                .extracting(RunReport.Epoch::trunkSeconds)
                .satisfiesExactly(
                        first -> assertThat(first).isPositive(),
                        second -> assertThat(second).isZero());

        String elsewhere = recipe.replace(folder + "/run", folder + "/never/run");
        RunReport never = SmallRun.job(elsewhere + "cache: never\n");
        assertThat(validationLosses(never)).isEqualTo(validationLosses(kept)).doesNotContainNull();
        assertThat(never.provenance().fingerprint()).isEqualTo(kept.provenance().fingerprint());
        assertThat(folder.resolve("never/features")).doesNotExist();

        for (Path file : SmallRun.below(folder.resolve("dataset/split=validation"))) {
            Files.delete(file);
        }
        RecordedProgress again = new RecordedProgress();
        RunReport without = SmallRun.job(recipe.replace(folder + "/run", folder + "/again"), again);
        assertThat(again.told()).anyMatch(text -> text.startsWith("held-out features are cached: file:" + folder));
        assertThat(validationLosses(without)).isEqualTo(validationLosses(kept));
    }

    private static List<Double> validationLosses(RunReport report) {
        return report.training().epochs().stream()
                .map(RunReport.Epoch::validationLoss)
                .toList();
    }

    @Test
    void activationsOfAugmentedPicturesCannotBeKept() {
        String recipe = shared.recipe() + "cache: always\naugmentation: {horizontalFlip: 0.5}\n";
        assertThatThrownBy(() -> Jobs.read(YamlFile.parse("test.yaml", recipe)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("test.yaml:cache: is always, but with augmentation the activations are different in every"
                        + " epoch;"
                        + " leave it out, or set augmentation.preset to none");
    }

    private static RunReport finetune(String name, String more, RecordedProgress progress) {
        String output = shared.folder().resolve(name).toString();
        return SmallRun.job(shared.recipe(output, 2, 0.001) + more + "\n", progress);
    }

    private static INDArray model(String run) {
        Path archive = shared.folder().resolve(run).resolve("model/model.zip");
        return ModelArchive.read(
                        archive,
                        Reports.read(shared.folder().resolve(run).toString())
                                .training()
                                .totalParameters())
                .params();
    }
}
