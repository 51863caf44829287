package org.sparkfinetune.train.round;

import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.RoundProgress;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.checkpoint.Checkpoint;
import org.sparkfinetune.train.checkpoint.Checkpoints;

/**
 * A training in a separate process, to be killed: {@code ChildTraining MASTER CHECKPOINT_FOLDER}. Prints one line per
 * round, then pauses, which leaves time to kill a process. Resumes from the newest checkpoint.
 */
final class ChildTraining {
    static final int EXAMPLES = 71;
    static final int EPOCHS = 6;
    static final TrainingPlan PLAN = new TrainingPlan(11, 3, 4, 2);
    private static final String FINGERPRINT = "child";

    private ChildTraining() {}

    /** With dropout, so that random numbers matter too. */
    static ComputationGraph tail() {
        return Tails.dense(new Adam(0.01), Activation.TANH, 0.5);
    }

    static Checkpoints checkpoints(URI folder) {
        return new Checkpoints(new Configuration(), new Path(folder), FINGERPRINT, 2);
    }

    public static void main(String[] args) {
        SparkConf conf = new SparkConf()
                .setAppName("child training")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.executor.memory", "700m")
                .setMaster(args[0]);
        Checkpoints checkpoints = checkpoints(URI.create(args[1]));
        ComputationGraph tail = tail();
        TrainingState state =
                checkpoints.newest().checkpoint().map(Checkpoint::state).orElseGet(() -> TrainingState.of(tail));
        ChildProcess.say("starts after epoch " + state.epochs());
        try (JavaSparkContext spark = new JavaSparkContext(conf);
                AveragingTrainer<float[]> trainer = new AveragingTrainer<>(spark, tail, PLAN, Points::batch)) {
            spark.setLogLevel("ERROR");
            while (state.epochs() < EPOCHS) {
                state = trainer.trainEpoch(state, Points.rdd(spark, EXAMPLES, 3), EXAMPLES, ChildTraining::tell)
                        .state();
                checkpoints.write(new Checkpoint(FINGERPRINT, PLAN.seed(), state, 0, state.epochs()));
            }
        }
        ChildProcess.say("done");
    }

    private static void tell(RoundProgress round) {
        ChildProcess.say("epoch " + round.epoch() + " round " + round.round());
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
