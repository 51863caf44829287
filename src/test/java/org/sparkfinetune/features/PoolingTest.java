package org.sparkfinetune.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PoolingTest {
    /** Two channels of four positions. */
    private static final float[] ACTIVATIONS = {1, 2, 3, 6, -1, 0, 0, 5};

    @Test
    void eachChannelIsPooledByItself() {
        assertThat(Pooling.AVG.of(ACTIVATIONS, 2)).containsExactly(3, 1);
        assertThat(Pooling.MAX.of(ACTIVATIONS, 2)).containsExactly(6, 5);
        assertThat(Pooling.FLATTEN.of(ACTIVATIONS, 2)).isSameAs(ACTIVATIONS);
    }

    @Test
    void theGeneralisedMeanIsThatOfPowersOfThree() {
        float[] pooled = Pooling.GEM.of(ACTIVATIONS, 2);
        assertThat(pooled[0]).isCloseTo((float) Math.cbrt((1 + 8 + 27 + 216) / 4.0), within(1e-6f));
        assertThat(pooled[1]).isCloseTo((float) Math.cbrt(125 / 4.0), within(1e-6f));
    }

    @Test
    void whereThereAreNoPlacesNothingIsPooled() {
        assertThat(Pooling.GEM.of(ACTIVATIONS, 8)).isSameAs(ACTIVATIONS);
    }
}
