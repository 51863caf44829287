package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.train.EpochPart;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.ChunkSpread;
import org.sparkfinetune.train.average.Encoded;
import org.sparkfinetune.train.blocks.BlockHome;

class EpochProgressTest {
    private static final long BYTES = 40;

    @Test
    void saysWhyDeeplearning4jTrainedLayerByLayer() {
        assertThat(layerByLayer("", "")).isEmpty();
        assertThat(layerByLayer("sepconv1: a layer", "sepconv1: a layer")).isEqualTo("sepconv1: a layer");
        assertThat(layerByLayer("", "no natives")).isEqualTo("on some workers: no natives");
        assertThat(layerByLayer("no natives", "no convolution")).isEqualTo("no convolution; no natives");
    }

    @Test
    void aWorkerWithoutExamplesSaysNothing() {
        EpochProgress progress = progress(1);
        progress.roundDone(0, outcome(report(0, 1, "no natives"), report(1, 0, "")), Duration.ZERO);
        assertThat(progress.result().layerByLayer()).isEqualTo("no natives");
    }

    @Test
    void whatAWorkerReportsArrives() {
        WorkerReport report = report(3, 17, "no natives");
        BlockHome home = new BlockHome("7", "a-host", 7077, "/proc/1/fd/2");
        WorkerAnswer answer = new WorkerAnswer(report, home, "a block");
        assertThat(Encoded.read(answer.toBytes(), WorkerAnswer::read)).isEqualTo(answer);
    }

    private static String layerByLayer(String first, String second) {
        EpochProgress progress = progress(4);
        progress.roundDone(0, outcome(report(0, 1, first), report(1, 1, first)), Duration.ZERO);
        progress.roundDone(1, outcome(report(0, 1, first), report(1, 1, second)), Duration.ZERO);
        return progress.result().layerByLayer();
    }

    /** Two workers, minibatches of one example. */
    private static EpochProgress progress(int examples) {
        return new EpochProgress(1, new TrainingPlan(5, 2, 1, 1).rounds(examples), BYTES, EpochPart.NONE);
    }

    private static RoundOutcome outcome(WorkerReport... reports) {
        return new RoundOutcome(List.of(reports), ChunkSpread.NONE);
    }

    private static WorkerReport report(int worker, int examples, String layerByLayer) {
        SliceFit fit = new SliceFit(examples, 0.5, 1, 1, SliceFit.End.DONE, 0.5, "", layerByLayer);
        return new WorkerReport(worker, fit, examples == 0 ? 0 : BYTES, Duration.ofMillis(1), Duration.ofMillis(2));
    }
}
