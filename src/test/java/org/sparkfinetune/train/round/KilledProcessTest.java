package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.blocks.SharedMemory;
import org.sparkfinetune.train.checkpoint.Checkpoint;

/** Processes killed by SIGKILL during a training do not change a single bit of its result. */
@Tag("cluster")
@Timeout(300)
class KilledProcessTest {
    @TempDir
    private Path folder;

    /** Blocks of rounds in the memory of the host, which is lost with the executor, or in Spark's block managers. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExecutorKilledInTheMiddleChangesNothing(boolean sharedMemory) throws Exception {
        assumeThat(ChildProcess.SPARK_HOME.resolve("RELEASE"))
                .as("executors need the Spark that mvn package lays out in target/spark")
                .exists();
        List<String> heard = new ArrayList<>();
        try (ChildProcess driver = start("local-cluster[2,1,1024]", sharedMemory)) {
            for (String line = driver.next(); line != null; line = driver.next()) {
                heard.add(line);
                if (line.equals("epoch 2 round 2")) {
                    assertThat(driver.executor().destroyForcibly()).isTrue();
                }
            }
            assertThat(driver.exitCode()).isZero();
        }
        assertThat(heard)
                .startsWith("starts after epoch 0")
                .endsWith("epoch 6 round 3", "done")
                .hasSize(1 + 18 + 1);
        assertTrainedAsIfNothingHadHappened();
    }

    @Test
    void aDriverKilledInTheMiddleAndStartedAgainChangesNothing() throws Exception {
        try (ChildProcess first = start("local[2]", true)) {
            for (String line = first.next(); line != null; line = first.next()) {
                if (line.equals("epoch 4 round 2")) {
                    first.kill();
                }
            }
            assertThat(first.exitCode()).isEqualTo(128 + 9);
        }
        List<String> heard = new ArrayList<>();
        try (ChildProcess second = start("local[2]", true)) {
            for (String line = second.next(); line != null; line = second.next()) {
                heard.add(line);
            }
            assertThat(second.exitCode()).isZero();
        }
        assertThat(heard).startsWith("starts after epoch 3", "epoch 4 round 1").endsWith("done");
        assertTrainedAsIfNothingHadHappened();
    }

    private ChildProcess start(String master, boolean sharedMemory) throws IOException {
        return new ChildProcess(
                ChildTraining.class,
                List.of("-Xmx700m", "-D" + SharedMemory.KEY + "=" + sharedMemory),
                new File(folder.toFile(), "stderr.log"),
                master,
                folder.toUri().toString());
    }

    private void assertTrainedAsIfNothingHadHappened() {
        Checkpoint last =
                ChildTraining.checkpoints(folder.toUri()).newest().checkpoint().orElseThrow();
        assertThat(last.state())
                .isEqualTo(Training.epochs(
                        ChildTraining.tail(),
                        ChildTraining.PLAN,
                        Points.rdd(ChildTraining.EXAMPLES, 3),
                        ChildTraining.EXAMPLES,
                        ChildTraining.EPOCHS));
    }
}
