package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeThreadsTest {
    @Test
    void theCallingThreadAloneIsLimitedAndOnlyUntilTheEnd() throws InterruptedException {
        int here = NativeThreads.here();
        List<Integer> there = new ArrayList<>();
        Thread thread = new Thread(() -> {
            int before = NativeThreads.here();
            try (NativeThreads limit = NativeThreads.limit(before + 3)) {
                there.add(NativeThreads.here() - before);
            }
            there.add(NativeThreads.here() - before);
        });
        try (NativeThreads limit = NativeThreads.limit(here + 5)) {
            thread.start();
            thread.join();
            assertThat(there).containsExactly(3, 0);
            assertThat(NativeThreads.here()).isEqualTo(here + 5);
        }
        assertThat(NativeThreads.here()).isEqualTo(here);
        assertThatThrownBy(() -> NativeThreads.limit(0)).hasMessage("threads must be at least 1, found 0");
    }
}
