package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.weights.CachedWeights;

/** SqueezeNet as Keras stores it: a real network, and small. */
class KerasH5FileTest {
    private static final ModelCard CARD = Cards.ofSize(ModelZoo.card("squeezenet"), 63);

    @TempDir
    Path folder;

    private ComputationGraph original;
    private final Map<String, NamedArray> arrays = new LinkedHashMap<>();

    @BeforeEach
    void describeTheNetwork() {
        original = Networks.uninitialized(CARD, 1);
        original.init();
        KerasFiles.arrays(original)
                .forEach((path, array) -> arrays.put(
                        path.replace("_sq1x1", "/squeeze1x1")
                                .replace("_exp1x1", "/expand1x1")
                                .replace("_exp3x3", "/expand3x3"),
                        array));
    }

    @Test
    void everyParameterIsThatOfTheFile() {
        assertThat(load(arrays).params()).isEqualTo(original.params());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model_weights/", "squeezenet/", "model_weights/squeezenet/"})
    void wholeModelsAndNestedModelsAreReadToo(String prefix) {
        assertThat(load(renamed("^", prefix)).params()).isEqualTo(original.params());
    }

    @Test
    void namesOfKeras1AreReadToo() {
        Map<String, NamedArray> old = new LinkedHashMap<>();
        arrays.forEach((path, array) -> {
            String layer = path.substring(0, path.lastIndexOf('/'));
            String half = layer.substring(0, layer.length() / 2);
            old.put("g" + old.size() + "/" + half + (path.endsWith("kernel:0") ? "_W_1:0" : "_b_1:0"), array);
        });
        assertThat(load(old).params()).isEqualTo(original.params());
    }

    @Test
    void everyArrayThatDoesNotFitIsNamedAndTheFileLeavesTheCache() {
        arrays.remove("fire4/squeeze1x1/fire4/squeeze1x1/kernel:0");
        arrays.put("conv10/conv10/bias:0", new NamedArray("b", new long[] {10}, new float[10]));
        arrays.put("extra/extra/kernel:0", new NamedArray("e", new long[] {1}, new float[1]));
        Path file = write(arrays);
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(BadDataException.class)
                .hasMessage(file + ": the array fire4/squeeze1x1/kernel is missing\n" + file
                        + ": the array conv10/bias has shape [10], expected [1000]\n" + file
                        + ": the array /extra/extra/kernel has no place\nweights of squeezenet: this file cannot be"
                        + " used and"
                        + " has left the cache; fetch the weights again, or bring another file with \"models fetch"
                        + " squeezenet --from FILE\"");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsCutShortIsRefused() throws IOException {
        Path file = write(arrays);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + ": cannot be read as a Keras .h5 file: ");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsNoHdf5IsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("model.h5"), "PK not HDF5 at all");
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(file + ": cannot be read as a Keras .h5 file: ");
    }

    @Test
    void aCardThatNamesALayerTheNetworkDoesNotHaveIsTheUsersMistake() {
        ModelCard wrong = new ModelCard(
                CARD.name(),
                CARD.title(),
                CARD.paper(),
                CARD.licence(),
                CARD.network(),
                CARD.parameters(),
                CARD.input(),
                CARD.weights(),
                List.of("pool1", "fire99"),
                CARD.embedding(),
                "conv11",
                CARD.labels());
        Path file = write(arrays);
        assertThatThrownBy(() -> PretrainedNetwork.load(wrong, weights(file)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("squeezenet:freezePoints[1]: is \"fire99\", which the network does not have")
                .hasMessageContaining("squeezenet:head: is \"conv11\", which the network does not have");
        assertThat(file).as("nothing is wrong with the weights").exists();
    }

    private Map<String, NamedArray> renamed(String pattern, String replacement) {
        Map<String, NamedArray> renamed = new LinkedHashMap<>();
        arrays.forEach((path, array) -> renamed.put(path.replaceFirst(pattern, replacement), array));
        return renamed;
    }

    private ComputationGraph load(Map<String, NamedArray> dataSets) {
        return load(write(dataSets));
    }

    private Path write(Map<String, NamedArray> dataSets) {
        return KerasFiles.write(folder.resolve("model.h5"), dataSets);
    }

    private static ComputationGraph load(Path file) {
        return PretrainedNetwork.load(CARD, weights(file));
    }

    private static CachedWeights weights(Path file) {
        return new CachedWeights(Cards.unpinnedPath(file.toString(), WeightsSource.Format.KERAS_H5), file);
    }
}
