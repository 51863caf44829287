package org.sparkfinetune.features.similar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComponentsTest {
    @Test
    void theLowestNodeStandsForAllThatAreConnected() {
        Components components = new Components(7);
        components.joinAll(new int[] {5, 3, 6, 5, 4, 2});
        assertThat(new int[] {
                    components.lowest(0),
                    components.lowest(3),
                    components.lowest(5),
                    components.lowest(6),
                    components.lowest(4)
                })
                .containsExactly(0, 3, 3, 3, 2);
    }

    @Test
    void theLinksThatAreKeptConnectTheSame() {
        Components components = new Components(6);
        components.joinAll(new int[] {1, 5, 5, 1, 1, 5, 3, 5, 3, 1, 0, 2});
        assertThat(components.links()).containsExactly(2, 0, 3, 1, 5, 1);
    }

    @Test
    void nothingIsConnectedAtFirst() {
        assertThat(new Components(3).links()).isEmpty();
    }
}
