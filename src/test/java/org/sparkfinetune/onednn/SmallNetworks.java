package org.sparkfinetune.onednn;

import java.util.stream.Stream;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.provider.Arguments;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of {@link SmallGraphs}, and minibatches for them. */
final class SmallNetworks {
    static final int EXAMPLES = 6;

    private SmallNetworks() {}

    /** Name, picture format and graph of every kind in {@link SmallGraphs}. */
    static Stream<Arguments> kinds() {
        return Stream.of(CNN2DFormat.values())
                .flatMap(format -> SmallGraphs.all().entrySet().stream()
                        .map(graph -> Arguments.of(graph.getKey(), format, graph.getValue())));
    }

    static ComputationGraphConfiguration shortcut() {
        return SmallGraphs.configuration(SmallGraphs.all().get("shortcut"), CNN2DFormat.NCHW, DataType.FLOAT);
    }

    static void gradient(ComputationGraph graph, MultiDataSet minibatch) {
        graph.setInputs(minibatch.getFeatures());
        graph.setLabels(minibatch.getLabels());
        graph.computeGradientAndScore();
    }

    /** Random parameters, running statistics that differ from one another, helpers off. */
    static ComputationGraph stock(ComputationGraphConfiguration configuration) {
        System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "true");
        try {
            return initialized(configuration);
        } finally {
            System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "false");
        }
    }

    static ComputationGraph withHelpers(ComputationGraphConfiguration configuration) {
        return initialized(configuration);
    }

    private static ComputationGraph initialized(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        INDArray noise = Nd4j.rand(graph.params().dataType(), graph.params().shape())
                .subi(0.5)
                .muli(0.2);
        graph.params().addi(noise);
        return graph;
    }

    static OneDnnGraph fast(ComputationGraphConfiguration configuration, INDArray parameters) {
        OneDnnGraph graph = new OneDnnGraph(configuration);
        graph.init(parameters.castTo(DataType.FLOAT).dup(), false);
        return graph;
    }

    static MultiDataSet minibatch(int examples, CNN2DFormat format, long seed) {
        long[] shape = format == CNN2DFormat.NCHW
                ? new long[] {examples, SmallGraphs.CHANNELS, SmallGraphs.HEIGHT, SmallGraphs.WIDTH}
                : new long[] {examples, SmallGraphs.HEIGHT, SmallGraphs.WIDTH, SmallGraphs.CHANNELS};
        INDArray features = Nd4j.randn(0, 1, shape, Nd4j.getRandomFactory().getNewRandomInstance(seed));
        INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, SmallGraphs.CLASSES);
        for (int i = 0; i < examples; i++) {
            labels.putScalar(i, i % SmallGraphs.CLASSES, 1);
        }
        return new MultiDataSet(features.castTo(DataType.FLOAT), labels);
    }
}
