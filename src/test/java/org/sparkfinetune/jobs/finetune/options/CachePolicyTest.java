package org.sparkfinetune.jobs.finetune.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.jobs.finetune.options.CachePolicy.Decision;

class CachePolicyTest {
    private static final long MIB = 1 << 20;

    @Test
    void autoKeepsWhatTakesAtMostHalfOfTheRoomThatIsLeft() {
        assertThat(CachePolicy.AUTO.decide(true, 100, MIB, 200 * MIB))
                .isEqualTo(new Decision(
                        true,
                        "features of 100 pictures take 100.0 MiB (1.0 MiB each), 200.0 MiB are free; cache: auto, so"
                                + " they"
                                + " are kept"));
        assertThat(CachePolicy.AUTO.decide(true, 101, MIB, 201 * MIB).keep()).isFalse();
    }

    @Test
    void autoKeepsNoPixels() {
        assertThat(CachePolicy.AUTO.decide(false, 100, MIB, 1L << 40))
                .isEqualTo(new Decision(
                        false,
                        "pixels of 100 pictures take 100.0 MiB (1.0 MiB each), 1.0 TiB are free; cache: auto, so the"
                                + " pictures are read and run through the trunk in every epoch"));
    }

    @Test
    void theUserIsObeyed() {
        assertThat(CachePolicy.ALWAYS.decide(false, 100, MIB, 0).keep()).isTrue();
        assertThat(CachePolicy.NEVER.decide(true, 1, 1, MIB).keep()).isFalse();
    }
}
