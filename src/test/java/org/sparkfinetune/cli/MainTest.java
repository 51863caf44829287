package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.card.ModelZoo;

/** All output before Spark is started. */
class MainTest {
    /** RECIPE with all defaults. */
    private static final String EVERY_DEFAULT = """
            kind: finetune
            dataset: d
            model: resnet50
            weights: pretrained
            output: o
            freezeUpTo: avgpool
            seed: 42
            head:
              hidden: 0
              dropout: 0.0
              l2: 1.0E-4
              labelSmoothing: 0.0
              normalize: false
            augmentation:
              preset: none
              minCropArea: 1.0
              horizontalFlip: 0.0
              verticalFlip: 0.0
              rotation: 0.0
              brightness: 0.0
              contrast: 0.0
              saturation: 0.0
              hue: 0.0
              erasing: 0.0
              mixup: 0.0
              cutmix: 0.0
            training:
              epochs: 3
              batchSizePerWorker: 16
              averagingFrequency: 1
              workers: 2
              trainer: exact
              learningRate: 0.001
              layerDecay: 1.0
              learningRateFactors: {}
              schedule:
                kind: constant
                warmUpEpochs: 0.0
                stepEpochs: 10.0
                factor: 0.1
                patience: 3
                rise: 0.25
                end: 0.001
              updater: adam
              momentum: 0.9
              weightDecay: 0.0
              clipGradientNorm: 0.0
              classWeights: dataset
              keepCheckpoints: 2
              checkpointEveryRounds: 0
              earlyStopping:
                patience: 0
                improvement: 0.0
              stages: []
            inference:
              batchSize: 8
              engine: auto
            cache: auto
            overwrite: false
            """;

    private static final String KEYS = "[kind, dataset, model, weights, output, freezeUpTo, seed, head, augmentation,"
            + " training, inference, cache, overwrite]";
    private static final String RECIPE = """
            kind: finetune
            dataset: d
            model: resnet50
            output: o
            freezeUpTo: avgpool
            """;

    @TempDir
    private Path folder;

    @BeforeAll
    static void letLoggersTakeTheRealStandardError() {
        LoggerFactory.getLogger(MainTest.class).debug("started");
        NativeEngine.enable();
    }

    private String recipe(String text) throws IOException {
        return Files.writeString(folder.resolve("recipe.yaml"), text).toString();
    }

    private static void assertRefused(Ended ended, String... errors) {
        assertThat(ended.err()).isEqualTo("error: " + String.join("\nerror: ", errors) + "\n");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.code()).isEqualTo(2);
    }

    @Test
    void aRecipeThatDoesNotExist() {
        assertRefused(
                Ended.withoutSpark("run", "spark-jobs/quickstart-finetun.yaml"),
                "spark-jobs/quickstart-finetun.yaml: there is no such recipe; did you mean"
                        + " \"quickstart-finetune.yaml\"?");
    }

    @Test
    void aMisspelledKey() throws IOException {
        String file = recipe(RECIPE + "trainig: {epochs: 3}\n");
        assertRefused(
                Ended.withoutSpark("run", file),
                file + ":trainig: is not a key; allowed are " + KEYS + "; did you mean \"training\"?");
    }

    @Test
    void everyProblemIsToldAtOnce() throws IOException {
        String file = recipe("""
                kind: finetune
                dataset: d
                model: resnet50
                freezeUpTo: avgpool
                seed: soon
                training: {epochs: 0, updater: adm}
                """);
        assertRefused(
                Ended.withoutSpark("run", file),
                file + ":output: is missing: Folder of the result: the report, and for finetune the model and its"
                        + " checkpoints",
                file + ":seed: must be a whole number, found \"soon\"",
                file + ":training.epochs: is 0, allowed is 1 to 100000",
                file
                        + ":training.updater: is \"adm\", allowed are [adam, adamw, momentum, rmsprop, sgd]; did"
                        + " you mean \"adam\"?");
    }

    @Test
    void anUnknownKind() throws IOException {
        String file = recipe("kind: finetun\n");
        assertRefused(
                Ended.withoutSpark("run", file),
                file
                        + ":kind: is \"finetun\", allowed are [shard, finetune, lr-find, evaluate, extract,"
                        + " predict, similar, export];"
                        + " did you mean \"finetune\"?");
    }

    @Test
    void aLayerThatTheModelCannotBeCutAt() throws IOException {
        String file = recipe(RECIPE);
        assertRefused(
                Ended.withoutSpark("run", file, "--set", "freezeUpTo=avgpol"),
                "--set freezeUpTo: \"avgpol\" is not a freeze point of resnet50; allowed are none, all-but-K, head and,"
                        + " from bottom to top, [stem-maxpool1, res2c_branch,"
                        + " res3d_branch, res4f_branch, res5a_branch, res5b_branch, res5c_branch, avgpool];"
                        + " did you mean \"avgpool\"?");
    }

    @Test
    void anUnknownModel() throws IOException {
        String file = recipe(RECIPE);
        assertRefused(
                Ended.withoutSpark("run", file, "--set", "model=resnet51"),
                "--set model: \"resnet51\" is not in the model zoo; allowed are " + ModelZoo.names()
                        + " or the path of a card file" + " that ends in .yaml; did you mean \"resnet50\"?");
    }

    @Test
    void aWrongAssignment() throws IOException {
        String file = recipe(RECIPE);
        assertRefused(
                Ended.withoutSpark("run", file, "--set", "training.epochs=zero", "--set", "training.rate=1"),
                "--set training.rate: is not a key; allowed are [epochs, batchSizePerWorker, averagingFrequency,"
                        + " workers, trainer, learningRate, layerDecay, learningRateFactors, schedule, updater,"
                        + " momentum,"
                        + " weightDecay, clipGradientNorm, classWeights, keepCheckpoints, checkpointEveryRounds,"
                        + " earlyStopping, stages]",
                "--set training.epochs: must be a whole number, found \"zero\"");
        assertRefused(
                Ended.withoutSpark("run", file, "--set", "kind.of=1"),
                "--set kind.of: is not the path of a key, such as training.epochs");
    }

    @Test
    void unknownCommandsAndFlags() throws IOException {
        for (String[] arguments : new String[][] {
            {"trian"}, {"run", recipe(RECIPE), "--validat"}, {"run"}, {}, {"models"}, {"run", "a.yaml", "--set", "x"}
        }) {
            Ended ended = Ended.withoutSpark(arguments);
            assertThat(ended.code()).as(String.join(" ", arguments)).isEqualTo(2);
            assertThat(ended.err()).isNotEmpty();
            assertThat(ended.showsAStackTrace()).isFalse();
        }
        assertThat(Ended.withoutSpark("run", "a.yaml", "--validat").err())
                .isEqualTo("Unknown option: '--validat'\nPossible solutions: --validate\n");
        assertThat(Ended.withoutSpark().err()).startsWith("Name a command.\nUsage: scripts/submit [-hV] COMMAND\n");
    }

    @Test
    void aBugOfOursEndsWithOneAndAStackTrace() throws IOException {
        Ended ended = Ended.of(
                (name, job) -> {
                    throw new IllegalStateException("a hole in " + name);
                },
                "run",
                recipe(RECIPE));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .startsWith("error: internal error; please report it with the lines below\n"
                        + "java.lang.IllegalStateException: a hole in spark-finetune finetune recipe.yaml\n\tat ");
    }

    @Test
    void validatePrintsTheRecipeWithEveryDefaultAndStartsNoSpark() throws IOException {
        Ended ended = Ended.withoutSpark("run", recipe(RECIPE), "--validate", "--set", "training.epochs=3");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).isEqualTo(EVERY_DEFAULT);
        assertThat(ended.code()).isZero();
    }

    @Test
    void listNamesTheRecipesWithTheirKind() {
        Ended ended = Ended.withoutSpark("list");
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("finetune   spark-jobs/quickstart-finetune.yaml\n")
                .contains("shard      spark-jobs/quickstart-shard.yaml\n");
        assertRefused(Ended.withoutSpark("list", folder.toString()), folder + ": has no recipes (*.yaml)");
    }

    @Test
    void modelsAreListedAndDescribed() {
        Ended list = Ended.withoutSpark("models", "list");
        assertThat(list.code()).isZero();
        assertThat(list.out())
                .startsWith("name ")
                .containsPattern("\nresnet50 +25,636,712 +224 x 224 +2,048 +(cached|fetchable)\n")
                .contains("\nUNPINNED   the card has no SHA-256: ")
                .hasLineCount(1 + ModelZoo.names().size() + 5);
        Ended card = Ended.withoutSpark("models", "describe", "resnet50");
        assertThat(card.code()).isZero();
        assertThat(card.out())
                .startsWith("resnet50: ResNet50, ImageNet-1k\n")
                .contains("\n  head        output, replaced by fine-tuning\n", "\n                avgpool\n");
        assertRefused(
                Ended.withoutSpark("models", "describe", "resnet"),
                "model: \"resnet\" is not in the model zoo; allowed are " + ModelZoo.names()
                        + " or the path of a card file that" + " ends in .yaml; did you mean \"resnet50\"?");
    }

    @Test
    void aFolderWithoutAReportCannotBeShown() {
        Ended ended = Ended.withoutSpark("show", folder.toString());
        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err())
                .isEqualTo("error: file:" + folder + "/report.json: is missing: the job has not finished, or this is"
                        + " not an output folder\n");
    }
}
