package org.sparkfinetune.bench.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.openjdk.jmh.annotations.Param;

class LayerEngineTest {
    /** Of the length of what is compared; sums of thousands of float32 in another order differ by less. */
    private static final double ROUNDING = 1e-4;

    static Stream<Arguments> enginesAndKinds() {
        return LayerEngine.NAMES.stream()
                .skip(1)
                .flatMap(engine -> Stream.of(LayerKind.values()).map(kind -> Arguments.of(engine, kind)));
    }

    /** What is fast but wrong is no engine. */
    @ParameterizedTest
    @MethodSource("enginesAndKinds")
    void givesWhatDeeplearning4jGives(String engine, LayerKind kind) {
        List<INDArray> expected = results(LayerEngine.NAMES.get(0), kind);
        List<INDArray> given = results(engine, kind);
        assertThat(given).hasSameSizeAs(expected);
        for (int i = 0; i < given.size(); i++) {
            assertThat(given.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(Transforms.euclideanDistance(given.get(i), expected.get(i))
                            / expected.get(i).norm2Number().doubleValue())
                    .as("result " + i)
                    .isLessThan(ROUNDING);
        }
    }

    /** Else the second pass that is measured would not be the first one again. */
    @ParameterizedTest
    @EnumSource
    void aPassLeavesItsInputsAlone(LayerKind kind) {
        for (String engine : LayerEngine.NAMES) {
            try (LayerEngine.Running layer = LayerEngine.of(engine).start(kind, 1)) {
                layer.forward(output -> {});
                List<INDArray> first = gradients(layer);
                layer.forward(output -> {});
                assertThat(gradients(layer)).as(engine).isEqualTo(first);
            }
        }
    }

    @Test
    void theBenchmarkRunsEveryEngine() throws ReflectiveOperationException {
        assertThat(LayerBenchmark.class
                        .getField("engine")
                        .getAnnotation(Param.class)
                        .value())
                .containsExactlyElementsOf(LayerEngine.NAMES);
    }

    @Test
    void anUnknownEngineIsRefused() {
        assertThatThrownBy(() -> LayerEngine.of("cudnn")).hasMessage("engine \"cudnn\" is none of [dl4j, onednn]");
    }

    private static List<INDArray> results(String engine, LayerKind kind) {
        List<INDArray> results = new ArrayList<>();
        try (LayerEngine.Running layer = LayerEngine.of(engine).start(kind, 1)) {
            layer.forward(output -> results.add(copy(output)));
            results.addAll(gradients(layer));
        }
        return results;
    }

    private static List<INDArray> gradients(LayerEngine.Running layer) {
        List<INDArray> gradients = new ArrayList<>();
        layer.backward(seen -> seen.forEach(gradient -> gradients.add(copy(gradient))));
        return gradients;
    }

    private static INDArray copy(INDArray array) {
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return array.dup();
        }
    }
}
