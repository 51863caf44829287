package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LossTrendTest {
    @Test
    void epochsSinceTheLowestLossAreCounted() {
        assertThat(new LossTrend(List.of(), 0).epochsWithoutImprovement()).isZero();
        assertThat(new LossTrend(List.of(3.0, 2.0), 0).epochsWithoutImprovement())
                .isZero();
        assertThat(new LossTrend(List.of(3.0, 2.0, 2.5, 2.0), 0).epochsWithoutImprovement())
                .isEqualTo(2);
        assertThat(new LossTrend(List.of(3.0, 2.0, 2.5, 1.9), 0).epochsWithoutImprovement())
                .isZero();
    }

    @Test
    void aLossThatIsOnlyALittleLowerDoesNotCount() {
        assertThat(new LossTrend(List.of(3.0, 2.95, 2.91, 2.85), 0.1).epochsWithoutImprovement())
                .isZero();
        assertThat(new LossTrend(List.of(3.0, 2.95, 2.91), 0.1).epochsWithoutImprovement())
                .isEqualTo(2);
    }

    @Test
    void afterAPlateauTheCountBeginsAnew() {
        LossTrend trend = new LossTrend(List.of(2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0), 0);
        assertThat(trend.plateaus(2)).isEqualTo(2);
        assertThat(trend.plateaus(3)).isEqualTo(1);
        assertThat(trend.plateaus(6)).isZero();
    }
}
