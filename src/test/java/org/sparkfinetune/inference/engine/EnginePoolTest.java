package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/** The networks that stay loaded: their engine is the same object at the next use. */
class EnginePoolTest {
    private static final Preprocessing INPUT = new Preprocessing(
            2, 2, 2, Interpolation.AREA, ChannelOrder.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

    private static EngineSpec network(String name, boolean lasting) {
        return new EngineSpec(EngineSpec.Kind.PIXELS, name, name, INPUT, lasting);
    }

    private static InferenceEngine engine(EngineSpec spec) {
        return EnginePool.with(spec, TaskDevice.NONE, engine -> engine);
    }

    @Test
    void aJobsNetworkMakesRoomForTheNext() {
        InferenceEngine first = engine(network("a", false));
        assertThat(engine(network("a", false))).isSameAs(first);
        engine(network("b", false));
        assertThat(engine(network("a", false))).isNotSameAs(first);
    }

    @Test
    void theLastFourOfAProgramStay() {
        List<EngineSpec> specs = IntStream.range(0, 5)
                .mapToObj(number -> network("network " + number, true))
                .toList();
        List<InferenceEngine> four =
                specs.subList(0, 4).stream().map(EnginePoolTest::engine).toList();
        assertThat(specs.subList(0, 4).stream().map(EnginePoolTest::engine).toList())
                .isEqualTo(four);
        engine(specs.get(0));
        engine(specs.get(4));
        assertThat(engine(specs.get(0))).isSameAs(four.get(0));
        assertThat(engine(specs.get(2))).isSameAs(four.get(2));
        assertThat(engine(specs.get(1))).isNotSameAs(four.get(1));
    }

    @Test
    void aJobHasTheMemoryForItself() {
        InferenceEngine lasting = engine(network("c", true));
        InferenceEngine job = engine(network("d", false));
        assertThat(engine(network("c", true))).isNotSameAs(lasting);
        assertThat(engine(network("d", false))).isNotSameAs(job);
    }
}
