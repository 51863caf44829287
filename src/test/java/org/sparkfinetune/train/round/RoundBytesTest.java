package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.testing.Figures;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.WorkerReport;
import scala.Tuple2;

/** The bytes that real networks send in a round: 4 for each trainable parameter and each float of updater state. */
@Tag("spark")
class RoundBytesTest {
    /**
     * Adam keeps two floats for each parameter that it trains: all but the means and variances of batch normalization.
     * The complete VGG16 is trained by {@link LargeModelTest}.
     */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "resnet50, avgpool, 20490, 0",
        "resnet50, res5a_branch, 8964106, 12288",
        "resnet50, none, 23608202, 53120",
        "vgg16, fc2, 40970, 0"
    })
    void aWorkerSendsParametersAndUpdaterStateAndNothingElse(
            String model, String freezePoint, long parameters, long statistics) {
        ComputationGraph tail = LargeTails.of(model, freezePoint);
        Batcher<Long> batcher = LargeTails.batcher(LargeTails.inputs(model, freezePoint));
        List<RoundProgress> heard = new ArrayList<>();
        try (AveragingTrainer<Long> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(1, 2, 2, 1), batcher)) {
            trainer.trainEpoch(TrainingState.of(tail), examples(8), 8, heard::add);
        }
        long formula = 4 * (parameters + 2 * (parameters - statistics));
        assertThat(tail.numParams()).isEqualTo(parameters);
        assertThat(heard)
                .hasSize(2)
                .allSatisfy(round -> assertThat(round.workers())
                        .hasSize(2)
                        .extracting(WorkerReport::bytesSent)
                        .containsOnly(formula));
        RoundProgress second = heard.get(1);
        Figures.tell(
                "%s cut at %s: %d bytes a worker and round, round 2 took %d ms, its slowest worker %d ms, spread %s",
                model,
                freezePoint,
                formula,
                second.took().toMillis(),
                second.slowestWorker().toMillis(),
                second.spread());
    }

    static JavaPairRDD<Long, Long> examples(long count) {
        return LocalSpark.context()
                .parallelizePairs(
                        LongStream.range(0, count)
                                .mapToObj(i -> new Tuple2<>(i, i))
                                .toList(),
                        2);
    }
}
