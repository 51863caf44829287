package org.sparkfinetune.jobs.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobContextTest {
    @ParameterizedTest
    @CsvSource({
        // pictures, slots, tasks
        "0, 2, 2",
        "1, 3, 3",
        "500, 2, 4",
        "500, 3, 6",
        "16384, 2, 128",
        "200000, 2, 128",
        "1000000, 2, 490",
        "200000, 100, 1600",
        "10000000, 100, 6400"
    })
    void everySlotHasAsManyTasksAndTheyGrowBeforeThereAreTooMany(long pictures, long slots, int tasks) {
        assertThat(JobContext.tasks(pictures, slots)).isEqualTo(tasks);
    }
}
