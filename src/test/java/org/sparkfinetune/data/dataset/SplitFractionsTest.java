package org.sparkfinetune.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitFractionsTest {
    @ParameterizedTest
    @CsvSource({
        "0.8 0.1 0.1, 100, 80 10 10",
        "0.8 0.1 0.1, 3, 1 1 1",
        "0.8 0.1 0.1, 4, 2 1 1",
        "0.8 0.1 0.1, 15, 12 2 1",
        "0.8 0.1 0.1, 109, 87 11 11",
        "0.29 0.01 0.7, 100, 29 1 70",
        "1 0 0, 7, 7 0 0",
        "0.5 0.5 0, 5, 3 2 0",
        "0 0 1, 2, 0 0 2",
        "0.9 0 0.1, 10, 9 0 1",
        "0.01 0.01 0.98, 3, 1 1 1"
    })
    void countsAreRoundedByLargestRemainderAndNoWantedSplitIsEmpty(String fractions, long pictures, String expected) {
        String[] part = fractions.split(" ");
        SplitFractions asked = new SplitFractions(
                Double.parseDouble(part[0]), Double.parseDouble(part[1]), Double.parseDouble(part[2]));
        List<Long> counts = asked.counts(pictures);
        assertThat(counts.get(0) + " " + counts.get(1) + " " + counts.get(2)).isEqualTo(expected);
    }

    @Test
    void everyPictureIsDealtForEverySize() {
        List<SplitFractions> all = List.of(
                new SplitFractions(0.8, 0.1, 0.1),
                new SplitFractions(0.7, 0.3, 0),
                new SplitFractions(1.0 / 3, 1.0 / 3, 1.0 / 3),
                new SplitFractions(0.98, 0.01, 0.01));
        for (SplitFractions fractions : all) {
            for (long pictures = fractions.picturesNeeded(); pictures < 2000; pictures++) {
                List<Long> counts = fractions.counts(pictures);
                assertThat(counts.get(0) + counts.get(1) + counts.get(2)).isEqualTo(pictures);
                assertThat(counts.stream().filter(count -> count > 0)).hasSize(fractions.picturesNeeded());
                if (pictures >= 100) {
                    assertThat(Math.abs(counts.get(0) - fractions.train() * pictures))
                            .isLessThanOrEqualTo(1);
                }
            }
        }
        assertThat(all.get(0).counts(3_000_000_007L)).containsExactly(2_400_000_005L, 300_000_001L, 300_000_001L);
    }

    @Test
    void fractionsThatDoNotSumToOneAreRefused() {
        assertThatThrownBy(() -> new SplitFractions(0.8, 0.1, 0.2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "train + validation + test must be 1 and none below 0, found 0.8 + 0.1 + 0.2 = 1.1");
        assertThatThrownBy(() -> new SplitFractions(1.1, -0.1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SplitFractions(0.8, 0.1, 0.1).counts(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 pictures, needed are 3");
        assertThat(new SplitFractions(0.8, 0.1, 0.1 + 5e-7).picturesNeeded()).isEqualTo(3);
    }

    @Test
    void whatIsAddedBringsTheClassAsNearAsItCan() {
        SplitFractions fractions = new SplitFractions(0.8, 0.1, 0.1);
        for (long there = 0; there < 60; there++) {
            for (long added = 0; added < 40; added++) {
                List<Long> before = fractions.added(List.of(0L, 0L, 0L), there);
                List<Long> dealt = fractions.added(before, added);
                assertThat(dealt).allSatisfy(count -> assertThat(count).isNotNegative());
                assertThat(dealt.stream().mapToLong(Long::longValue).sum()).isEqualTo(added);
                if (there + added >= 3 && there >= 10) {
                    List<Long> wanted = fractions.counts(there + added);
                    for (int split = 0; split < 3; split++) {
                        assertThat(before.get(split) + dealt.get(split))
                                .as("%d and %d, split %d", there, added, split)
                                .isBetween(wanted.get(split) - 1, wanted.get(split) + 1);
                    }
                }
            }
        }
        assertThat(fractions.added(List.of(0L, 0L, 0L), 100)).isEqualTo(fractions.counts(100));
        assertThat(fractions.added(List.of(30L, 0L, 0L), 2)).containsExactly(0L, 1L, 1L);
        assertThat(fractions.added(List.of(0L, 0L, 0L), 2)).containsExactly(1L, 0L, 1L);
    }
}
