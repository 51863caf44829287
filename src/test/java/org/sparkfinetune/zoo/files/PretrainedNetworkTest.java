package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.NetworkKind;
import org.sparkfinetune.zoo.network.SmallNetworks;

class PretrainedNetworkTest {
    private static final Map<String, long[]> SHAPES = shapes();

    private final ComputationGraph network = SmallNetworks.residual(1);
    private final Map<String, NamedArray> arrays = new LinkedHashMap<>();

    /** As Keras would store the small network; {@code fc1000} is what the mapping calls {@code output}. */
    private static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("stem/kernel", new long[] {1, 1, 3, 4});
        shapes.put("a/kernel", new long[] {1, 1, 4, 4});
        shapes.put("b/kernel", new long[] {1, 1, 4, 6});
        shapes.put("shortcut/kernel", new long[] {1, 1, 4, 6});
        shapes.put("fc1000/kernel", new long[] {6, 5});
        Map.of("stem", 4L, "a", 4L, "b", 6L, "shortcut", 6L, "fc1000", 5L)
                .forEach((layer, size) -> shapes.put(layer + "/bias", new long[] {size}));
        for (String name : new String[] {"gamma", "beta", "moving_mean", "moving_variance"}) {
            shapes.put("bnA/" + name, new long[] {4});
        }
        return shapes;
    }

    PretrainedNetworkTest() {
        float value = 0;
        for (Map.Entry<String, long[]> entry : SHAPES.entrySet()) {
            int length = 1;
            for (long size : entry.getValue()) {
                length *= (int) size;
            }
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = ++value;
            }
            arrays.put(entry.getKey(), new NamedArray(entry.getKey(), entry.getValue(), values));
        }
    }

    @Test
    void kernelsBecomeOutputInputHeightWidth() {
        PretrainedNetwork.assign("file", arrays, NetworkKind.RESNET50, network);
        INDArray weights = network.getLayer("stem").getParam("W");
        float[] keras = arrays.get("stem/kernel").values();
        for (int input = 0; input < 3; input++) {
            for (int output = 0; output < 4; output++) {
                assertThat(weights.getFloat(output, input, 0, 0)).isEqualTo(keras[input * 4 + output]);
            }
        }
    }

    @Test
    void denseKernelsAndVectorsStayAsTheyAre() {
        PretrainedNetwork.assign("file", arrays, NetworkKind.RESNET50, network);
        INDArray weights = network.getLayer("output").getParam("W");
        assertThat(weights.getFloat(0, 1)).isEqualTo(arrays.get("fc1000/kernel").values()[1]);
        assertThat(weights.getFloat(1, 0)).isEqualTo(arrays.get("fc1000/kernel").values()[5]);
        for (String[] pair : new String[][] {{"gamma", "gamma"}, {"beta", "beta"}, {"mean", "moving_mean"}}) {
            assertThat(network.getLayer("bnA").getParam(pair[0]).toFloatVector())
                    .containsExactly(arrays.get("bnA/" + pair[1]).values());
        }
    }

    @Test
    void varianceIsKeptAsTheLogarithmOfTheDeviation() {
        arrays.put("bnA/moving_variance", array("bnA/moving_variance", 1, 100, 0.01f, 0));
        PretrainedNetwork.assign("file", arrays, NetworkKind.RESNET50, network);
        float[] log10Deviation = network.getLayer("bnA").getParam("log10stdev").toFloatVector();
        assertThat(log10Deviation[0]).isZero();
        assertThat(log10Deviation[1]).isEqualTo(1, within(1e-6f));
        assertThat(log10Deviation[2]).isEqualTo(-1, within(1e-6f));
        assertThat(log10Deviation[3]).as("a dead channel stays finite").isBetween(-20f, -18f);
    }

    @Test
    void everyArrayThatDoesNotFitIsNamedAndNothingIsLoaded() {
        arrays.remove("a/kernel");
        arrays.put("b/bias", array("b/bias", 1, 2));
        arrays.put("extra/kernel", array("extra/kernel", 1));
        INDArray before = network.params().dup();
        assertThatThrownBy(() -> PretrainedNetwork.assign("file", arrays, NetworkKind.RESNET50, network))
                .isInstanceOf(BadDataException.class)
                .hasMessage("""
                        file: the array a/kernel is missing
                        file: the array b/bias has shape [2], expected [6]
                        file: the array extra/kernel has no place""");
        assertThat(network.params()).isEqualTo(before);
    }

    private static NamedArray array(String name, float... values) {
        return new NamedArray(name, new long[] {values.length}, values);
    }
}
