package org.sparkfinetune.jobs.finetune.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.finetune.FinetuneRecipe;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.jobs.run.Reports;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Summary;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class TrainerKindTest {
    private static final String OTHER = "trainer dl4j reads the examples again for every round (pictures that are not"
            + " cached run through the frozen layers again), counts iterations from 0 in every round, and does not"
            + " promise the same result twice; trainer exact does none of this";

    @Test
    void theStockMasterIsChosenByTheRecipeAndSaysWhatItLeavesOut() throws IOException {
        SmallRun shared = SmallRun.shared();
        Path output = shared.folder().resolve("stock");
        RecordedProgress progress = new RecordedProgress();
        // Rounds of 2 workers and 5 examples each: 10 of 12.
        RunReport report =
                SmallRun.job(stock(output).replace("batchSizePerWorker: 4", "batchSizePerWorker: 5"), progress);
        String leftOut =
                "trainer dl4j leaves out at least 2 of 12 examples in every epoch: it trains only complete rounds of 10"
                        + " (workers · batchSizePerWorker · averagingFrequency); trainer exact trains all";
        assertThat(progress.told())
                .containsSubsequence("WARNING: " + leftOut, "WARNING: " + OTHER, "train the tail: 24 examples")
                .anyMatch(text -> text.startsWith("epoch 2 of 2: 1 rounds, loss "));
        RunReport.Training training = report.training();
        assertThat(training.trainer()).isEqualTo("dl4j");
        assertThat(training.warnings()).containsExactly(leftOut, OTHER);
        assertThat(training.epochs()).extracting(RunReport.Epoch::examples).allMatch(examples -> examples <= 10);
        assertThat(training.examplesTrained())
                .isEqualTo(training.epochs().stream()
                        .mapToLong(RunReport.Epoch::examples)
                        .sum());
        assertThat(training.epochs().get(1).validationLoss()).isPositive();
        assertThat(training.epochs().get(1).engine()).isEqualTo(RunReport.Engine.layerByLayer("trainer dl4j"));
        assertThat(Reports.read(output.toString())).usingRecursiveComparison().isEqualTo(report);
        assertThat(Summary.of(report)).contains("  WARNING: " + leftOut + "\n");
        assertThat(Files.readString(output.resolve("report.html"))).contains("<strong>Warning:</strong> trainer dl4j");
        assertThat(Files.readString(output.resolve("recipe.yaml"))).contains("  trainer: dl4j\n");
    }

    @Test
    void theExactTrainerIsTheDefaultAndWarnsOfNothing() {
        RunReport report = Reports.read(SmallRun.shared().run().toString());
        assertThat(report.training().trainer()).isEqualTo("exact");
        assertThat(report.training().warnings()).isNull();
    }

    @Test
    void anotherTrainerIsAnotherResult() {
        SmallRun shared = SmallRun.shared();
        assertThatThrownBy(() -> SmallRun.job(stock(shared.run())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("holds the result of another recipe, model or input");
    }

    @Test
    void aLearningRateThatChangesWithinAnEpochIsToldToStandStill() {
        String perEpoch =
                "trainer dl4j keeps the learning rate of an epoch's beginning throughout the epoch; trainer exact"
                        + " follows training.schedule within it";
        assertThat(warnings("{kind: one-cycle}")).containsExactly(OTHER, perEpoch);
        assertThat(warnings("{kind: cosine}")).containsExactly(OTHER, perEpoch);
        assertThat(warnings("{warmUpEpochs: 1}")).containsExactly(OTHER, perEpoch);
        assertThat(warnings("{kind: step, stepEpochs: 1.5}")).containsExactly(OTHER, perEpoch);
        assertThat(warnings("{kind: step, stepEpochs: 2}")).containsExactly(OTHER);
        assertThat(warnings("{kind: reduce-on-plateau}")).containsExactly(OTHER);
    }

    @Test
    void whatTheStockMasterCannotDoIsRefusedAllAtOnce() {
        String recipe = stock(Path.of("out")).replace("trainer: dl4j", "trainer: dl4j, checkpointEveryRounds: 3")
                + "augmentation: {mixup: 0.2}\n";
        assertThatThrownBy(() -> recipe(recipe))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "test.yaml:training.checkpointEveryRounds: is 3, but trainer dl4j gives no parameters before"
                                + " the end of an epoch; set it to 0, or training.trainer to exact\n"
                                + "test.yaml:augmentation: mixes pictures of a minibatch (mixup 0.2, cutmix 0.0), but"
                                + " trainer dl4j gets its pictures one by one; set mixup and cutmix to 0, or"
                                + " training.trainer"
                                + " to exact");
        assertThat(recipe(recipe.replace("trainer: dl4j", "trainer: exact")).kind())
                .isEqualTo("finetune");
    }

    @Test
    void anUnknownTrainerIsRefused() {
        assertThatThrownBy(() -> recipe(stock(Path.of("out")).replace("dl4j", "stock")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("test.yaml:training.trainer")
                .hasMessageContaining("exact")
                .hasMessageContaining("dl4j");
    }

    private static List<String> warnings(String schedule) {
        FinetuneRecipe recipe = (FinetuneRecipe)
                recipe(stock(Path.of("out")).replace("trainer: dl4j", "trainer: dl4j, schedule: " + schedule));
        TrainingOptions options = recipe.tuning().training();
        return options.trainer().warnings(options.plan(1), options, 16);
    }

    private static Recipe recipe(String yaml) {
        return Jobs.read(YamlFile.parse("test.yaml", yaml));
    }

    private static String stock(Path output) {
        return SmallRun.shared().recipe(output.toString(), 2, 0.001).replace("epochs: 2", "trainer: dl4j, epochs: 2");
    }
}
