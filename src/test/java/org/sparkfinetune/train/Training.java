package org.sparkfinetune.train;

import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.testing.LocalSpark;

/** Trains a few epochs in tests. */
final class Training {
    private Training() {}

    /** From the graph's own parameters; the graph is not changed. */
    static TrainingState epochs(
            ComputationGraph tail, TrainingPlan plan, JavaPairRDD<Long, float[]> examples, long n, int epochs) {
        return from(TrainingState.of(tail), tail, plan, examples, n, epochs);
    }

    @SuppressWarnings("checkstyle:ParameterNumber")
    static TrainingState from(
            TrainingState before,
            ComputationGraph tail,
            TrainingPlan plan,
            JavaPairRDD<Long, float[]> examples,
            long n,
            int epochs) {
        TrainingState state = before;
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, plan, Points::batch)) {
            for (int epoch = 1; epoch <= epochs; epoch++) {
                state = trainer.trainEpoch(state, examples, n, RoundListener.SILENT)
                        .state();
            }
        }
        return state;
    }
}
