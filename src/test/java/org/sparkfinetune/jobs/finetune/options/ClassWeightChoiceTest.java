package org.sparkfinetune.jobs.finetune.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetDescription.Totals;

class ClassWeightChoiceTest {
    private static final Map<String, Long> COUNTS = Map.of("rare", 10L, "common", 30L);

    @Test
    void balancedClassesCountTheSameInSumAndTheMeanExampleCountsOne() {
        List<Double> weights = ClassWeightChoice.BALANCED.of(dataset("common", "rare"));
        assertThat(weights.get(1) * 10).isCloseTo(weights.get(0) * 30, within(1e-12));
        assertThat((weights.get(1) * 10 + weights.get(0) * 30) / 40).isCloseTo(1, within(1e-12));
    }

    @Test
    void aClassWithoutPicturesCountsNothing() {
        assertThat(ClassWeightChoice.BALANCED.of(dataset("common", "absent", "rare")))
                .containsExactly(40 / 60.0, 0.0, 2.0);
    }

    @Test
    void theDatasetsOwnWeightsAreInTheOrderOfItsLabels() {
        assertThat(ClassWeightChoice.DATASET.of(dataset("common", "rare"))).containsExactly(0.5, 2.5);
    }

    @Test
    void withoutBalancingThereAreNoWeights() {
        assertThat(ClassWeightChoice.NONE.of(dataset("common", "rare"))).isEmpty();
    }

    private static DatasetDescription dataset(String... labels) {
        return new DatasetDescription(
                1,
                "",
                "",
                "",
                "",
                1,
                List.of(labels),
                null,
                null,
                Map.of("train", COUNTS),
                new Totals(40, 40, 0, 0, 0),
                Map.of(),
                Map.of("common", 0.5, "rare", 2.5),
                DatasetDescription.Quality.CLEAN,
                Map.of());
    }
}
