package org.sparkfinetune.train.round;

import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;

/** Trains a few epochs in tests. */
public final class Training {
    private Training() {}

    /** Starts from the parameters of the graph, which is not changed. */
    public static TrainingState epochs(
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
