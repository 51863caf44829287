package org.sparkfinetune.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassWeightingTest {
    @Test
    void balancedClassesCountTheSameAndThePicturesOneOnAverage() {
        Map<String, Long> training = Map.of("rare", 10L, "common", 90L);
        Map<String, Double> weights = ClassWeighting.BALANCED.weights(List.of("rare", "common", "absent"), training);
        assertThat(weights).containsOnlyKeys("rare", "common");
        assertThat(10 * weights.get("rare")).isEqualTo(90 * weights.get("common"));
        assertThat((10 * weights.get("rare") + 90 * weights.get("common")) / 100)
                .isEqualTo(1);
    }

    @Test
    void noneGivesNoWeights() {
        assertThat(ClassWeighting.NONE.weights(List.of("a"), Map.of("a", 1L))).isEmpty();
    }
}
