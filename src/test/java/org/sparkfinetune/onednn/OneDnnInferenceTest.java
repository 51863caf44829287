package org.sparkfinetune.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.sparkfinetune.onednn.SmallNetworks.EXAMPLES;
import static org.sparkfinetune.onednn.SmallNetworks.fast;
import static org.sparkfinetune.onednn.SmallNetworks.gradient;
import static org.sparkfinetune.onednn.SmallNetworks.minibatch;
import static org.sparkfinetune.onednn.SmallNetworks.shortcut;
import static org.sparkfinetune.onednn.SmallNetworks.stock;
import static org.sparkfinetune.onednn.SmallNetworks.withHelpers;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Compares outputs in inference with Deeplearning4j's own layers. */
@ExtendWith(HelpersOn.class)
class OneDnnInferenceTest {
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("org.sparkfinetune.onednn.SmallNetworks#kinds")
    void outputsAreThoseOfTheBuiltInPath(String name, CNN2DFormat format, UnaryOperator<GraphBuilder> graph) {
        ComputationGraph reference = stock(SmallGraphs.configuration(graph, format, DataType.DOUBLE));
        OneDnnGraph fast = fast(SmallGraphs.configuration(graph, format, DataType.FLOAT), reference.params());
        for (int step = 0; step < 3; step++) {
            fast.fit(minibatch(EXAMPLES, format, step));
        }
        reference.setParams(fast.params().castTo(DataType.DOUBLE));
        INDArray features = minibatch(EXAMPLES, format, 9).getFeatures(0);

        fast.profile();
        double[] found = fast.output(features)[0].ravel().toDoubleVector();

        assertThat(fast.nanoseconds()).containsKey(new OneDnnGraph.ProfileEntry("output", "output"));
        assertThat(found).hasSize(EXAMPLES * SmallGraphs.CLASSES);
        double[] expected = reference.output(features)[0].ravel().toDoubleVector();
        assertThat(found).containsExactly(expected, within(2e-6));
    }

    @Test
    void trainingAndInferenceLeaveEachOtherAlone() {
        INDArray parameters = stock(shortcut()).params();
        OneDnnGraph once = fast(shortcut(), parameters);
        OneDnnGraph both = fast(shortcut(), parameters);
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        gradient(once, minibatch);
        // More programs than are kept; the first allocates the memory that the others share, the last needs more.
        INDArray output = both.output(minibatch.getFeatures())[0];
        INDArray copy = output.dup();
        gradient(both, minibatch);
        for (int examples = 1; examples < 9; examples++) {
            both.output(minibatch(examples, CNN2DFormat.NCHW, examples).getFeatures());
        }
        gradient(both, minibatch(20, CNN2DFormat.NCHW, 2));

        assertThat(both.output(minibatch.getFeatures())[0]).isEqualTo(copy);
        gradient(both, minibatch);
        assertThat(both.getFlattenedGradients()).isEqualTo(once.getFlattenedGradients());
        assertThat(both.score()).isEqualTo(once.score());
        assertThat(output).as("kept by the caller").isEqualTo(copy);
    }

    @Test
    void outputsAreOfTheParametersAsTheyAre() {
        ComputationGraph reference = stock(shortcut());
        OneDnnGraph fast = fast(shortcut(), reference.params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        INDArray features = minibatch.getFeatures(0);
        INDArray before = fast.output(features)[0];

        fast.fit(minibatch);
        reference.setParams(fast.params());
        INDArray trained = fast.output(features)[0];
        assertThat(trained.distance2(before)).isGreaterThan(1e-3);
        assertThat(trained.distance2(reference.output(features)[0])).isLessThan(1e-5);

        fast.setParams(fast.params().mul(0.5));
        reference.setParams(fast.params());
        INDArray given = fast.output(features)[0];
        assertThat(given.distance2(trained)).isGreaterThan(1e-3);
        assertThat(given.distance2(reference.output(features)[0])).isLessThan(1e-5);
    }

    @Test
    void nothingIsDroppedInInference() {
        UnaryOperator<GraphBuilder> dropping = graph -> graph.addLayer("dropped", new DropoutLayer(0.6), "0")
                .addLayer("pooled", new GlobalPoolingLayer(PoolingType.AVG), "dropped")
                .addLayer(
                        "by Deeplearning4j",
                        new DenseLayer.Builder()
                                .nOut(7)
                                .activation(Activation.TANH)
                                .dropOut(0.5)
                                .build(),
                        "pooled");
        ComputationGraph reference = stock(SmallGraphs.configuration(dropping, CNN2DFormat.NCHW, DataType.FLOAT));
        OneDnnGraph fast =
                fast(SmallGraphs.configuration(dropping, CNN2DFormat.NCHW, DataType.FLOAT), reference.params());
        INDArray[] features = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1).getFeatures();

        assertThat(fast.output(features)[0].distance2(reference.output(features)[0]))
                .isLessThan(1e-5);
        assertThat(fast.programBytes()).isPositive();
    }

    @Test
    void inferenceTakesNoMemoryForGradients() {
        OneDnnGraph fast = fast(shortcut(), stock(shortcut()).params());
        fast.output(minibatch(EXAMPLES, CNN2DFormat.NCHW, 1).getFeatures());
        assertThat(fast.programBytes()).isPositive();
        assertThat(fast.getFlattenedGradients()).isNull();
    }

    @Test
    void inTrainingModeWithMasksOrListenersItIsDeeplearning4js() {
        ComputationGraph reference = withHelpers(shortcut());
        OneDnnGraph fast = fast(shortcut(), reference.params());
        INDArray[] features = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1).getFeatures();
        INDArray[] masks = {Nd4j.ones(EXAMPLES, 1).putScalar(2, 0)};

        assertThat(fast.output(true, features)[0]).isEqualTo(reference.output(true, features)[0]);
        assertThat(fast.output(false, features, null, masks)[0])
                .isEqualTo(reference.output(false, features, null, masks)[0]);
        fast.setListeners(new ScoreIterationListener(1));
        assertThat(fast.output(features)[0]).isEqualTo(reference.output(features)[0]);
        assertThat(fast.programBytes()).isZero();

        fast.setListeners();
        assertThat(fast.output(false, features, new INDArray[1])[0].distance2(
                        reference.output(features)[0]))
                .isLessThan(1e-5);
        assertThat(fast.programBytes()).isPositive();
    }
}
