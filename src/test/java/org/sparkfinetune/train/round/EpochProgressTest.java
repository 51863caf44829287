package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.train.EpochPart;
import org.sparkfinetune.train.RoundPlan;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.Answer;
import org.sparkfinetune.train.average.ChunkSpread;
import org.sparkfinetune.train.blocks.BlockHome;
import org.sparkfinetune.train.blocks.LostBlockException;

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
        roundDone(progress, 0, report(0, 1, "no natives"), report(1, 0, ""));
        assertThat(progress.result().layerByLayer()).isEqualTo("no natives");
    }

    @Test
    void whatAWorkerReportsArrives() {
        WorkerReport report = report(3, 17, "no natives");
        BlockHome home = new BlockHome("7", "a-host", 7077, "/proc/1/fd/2");
        Answer.Fitted answer = new Answer.Fitted(report, home, "a block");
        assertThat(Answer.Fitted.read(answer.toBytes())).isEqualTo(answer);
        assertThatThrownBy(answer::requireNothingLost)
                .isInstanceOf(LostBlockException.class)
                .hasMessage("a block");
    }

    private static String layerByLayer(String first, String second) {
        EpochProgress progress = progress(4);
        roundDone(progress, 0, report(0, 1, first), report(1, 1, first));
        roundDone(progress, 1, report(0, 1, first), report(1, 1, second));
        return progress.result().layerByLayer();
    }

    /** Two workers, minibatches of one example. */
    private static EpochProgress progress(int examples) {
        return new EpochProgress(1, new RoundPlan(examples, new TrainingPlan(5, 2, 1, 1)), BYTES, EpochPart.NONE);
    }

    private static void roundDone(EpochProgress progress, int round, WorkerReport... reports) {
        progress.roundDone(round, List.of(reports), ChunkSpread.NONE, Duration.ZERO);
    }

    private static WorkerReport report(int worker, int examples, String layerByLayer) {
        SliceFit fit = new SliceFit(examples, 0.5, 1, 1, SliceFit.End.DONE, 0.5, "", layerByLayer);
        return new WorkerReport(worker, fit, examples == 0 ? 0 : BYTES, Duration.ofMillis(1), Duration.ofMillis(2));
    }
}
