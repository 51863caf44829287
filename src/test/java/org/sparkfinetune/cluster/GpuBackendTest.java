package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4jBackend;

class GpuBackendTest {
    @Test
    void nd4jKnowsItAndAsksItOnlyWhenAGpuWasGiven() {
        Nd4jBackend backend = ServiceLoader.load(Nd4jBackend.class).stream()
                .filter(provider -> provider.type() == GpuBackend.class)
                .findAny()
                .orElseThrow()
                .get();
        // These tests do not request it; ND4J's CPU backend has priority 0.
        assertThat(backend.getPriority()).isNegative();
        assertThat(backend.isAvailable()).isFalse();
    }

    @Test
    void withoutCudaInTheJarTheReasonIsTheBuild() {
        assumeThat(GpuBackend.inJar()).as("built with -Pcuda").isFalse();
        assertThat(GpuBackend.failure()).isEqualTo("this jar has no CUDA; build it with `mvn -B -Pcuda package`");
    }
}
