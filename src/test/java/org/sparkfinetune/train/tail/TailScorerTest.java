package org.sparkfinetune.train.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;

@Tag("spark")
class TailScorerTest {
    private static final int EXAMPLES = 101;

    @Test
    void lossAndAccuracyEqualThoseOfDl4j() {
        assertEqualsDl4j(Tails.dense(new Adam(0.01), Activation.TANH, 0.5));
        assertEqualsDl4j(Tails.normalised(new Adam(0.01), true));
    }

    @Test
    void aTailThatIsAHeadOnlyIsScoredToo() {
        ComputationGraph head = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                                .nIn(Points.FEATURES)
                                .nOut(Points.CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "in")
                .setOutputs("out")
                .build());
        head.init();
        assertEqualsDl4j(head);
    }

    @Test
    void nothingToScoreIsAnError() {
        ComputationGraph tail = Tails.dense(new Sgd(0.01), Activation.TANH);
        assertThatThrownBy(() -> score(tail, 0))
                .isInstanceOf(BadDataException.class)
                .hasMessage("validation: there are no examples to score");
    }

    private static void assertEqualsDl4j(ComputationGraph tail) {
        Score score = score(tail, EXAMPLES);
        MultiDataSet all = Points.batch(Points.rdd(EXAMPLES, 1).values().collect());
        Evaluation evaluation = new Evaluation(Points.CLASSES);
        evaluation.eval(all.getLabels(0), tail.outputSingle(all.getFeatures()));
        assertThat(score.examples()).isEqualTo(EXAMPLES);
        assertThat(score.loss()).isCloseTo(tail.score(all), within(1e-6));
        assertThat(score.accuracy()).isEqualTo(evaluation.accuracy());
    }

    private static Score score(ComputationGraph tail, int examples) {
        try (AveragingTrainer<float[]> trainer =
                new AveragingTrainer<>(LocalSpark.context(), tail, new TrainingPlan(3, 2, 8, 1), Points::batch)) {
            return trainer.score(TrainingState.of(tail), Points.rdd(examples, 5).values());
        }
    }
}
