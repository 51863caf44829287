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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeThreads;

/** Compares with Deeplearning4j's own layers, without helpers and in double precision. */
@ExtendWith(HelpersOn.class)
class OneDnnGraphTest {
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("org.sparkfinetune.onednn.SmallNetworks#kinds")
    void gradientsAreThoseOfTheBuiltInPath(String name, CNN2DFormat format, UnaryOperator<GraphBuilder> graph) {
        ComputationGraph reference = stock(SmallGraphs.configuration(graph, format, DataType.DOUBLE));
        OneDnnGraph fast = fast(SmallGraphs.configuration(graph, format, DataType.FLOAT), reference.params());
        MultiDataSet minibatch = minibatch(EXAMPLES, format, 1);

        gradient(reference, minibatch);
        gradient(fast, minibatch);

        assertThat(fast.obstacle()).isEmpty();
        assertThat(fast.score()).isCloseTo(reference.score(), within(1e-5));
        double[] expected = reference.getFlattenedGradients().toDoubleVector();
        double largest = norm(expected);
        int offset = 0;
        for (Map.Entry<String, INDArray> found :
                fast.gradient().gradientForVariable().entrySet()) {
            double[] values = found.getValue().toDoubleVector();
            double[] wanted = Arrays.copyOfRange(expected, offset, offset + values.length);
            double[] difference = new double[values.length];
            Arrays.setAll(difference, i -> values[i] - wanted[i]);
            // The largest gradients limit the float32 precision of the smallest.
            assertThat(norm(difference))
                    .as("%s, offset %d", found.getKey(), offset)
                    .isLessThanOrEqualTo(1e-4 * norm(wanted) + 2e-6 * largest);
            offset += values.length;
        }
        assertThat(offset).isEqualTo(expected.length);
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    @Test
    void trainsAsTheBuiltInPathDoes() {
        ComputationGraphConfiguration configuration = shortcut();
        ComputationGraph reference = stock(shortcut());
        OneDnnGraph fast = fast(configuration, reference.params());
        for (int step = 0; step < 5; step++) {
            MultiDataSet minibatch = minibatch(step == 3 ? 2 : EXAMPLES, CNN2DFormat.NCHW, step);
            reference.fit(minibatch);
            fast.fit(minibatch);
            assertThat(fast.score()).as("step %d", step).isCloseTo(reference.score(), within(1e-3));
        }
        // Adam makes a full step even for a tiny gradient: five steps of 0.001 are the largest possible difference.
        assertThat(reference.params().distance2(fast.params())
                        / reference.params().norm2Number().doubleValue())
                .isLessThan(1e-3);
        assertThat(fast.getIterationCount()).isEqualTo(5);
    }

    @Test
    void sameBitsEveryTimeAndForEveryOrderOfBatchSizes() {
        INDArray parameters = stock(shortcut()).params();
        OneDnnGraph once = fast(shortcut(), parameters);
        OneDnnGraph again = fast(shortcut(), parameters);
        // Another minibatch leaves other numbers in the memory shared by programs.
        gradient(again, minibatch(9, CNN2DFormat.NCHW, 5));
        gradient(again, minibatch(2, CNN2DFormat.NCHW, 6));
        gradient(once, minibatch(EXAMPLES, CNN2DFormat.NCHW, 1));
        gradient(again, minibatch(EXAMPLES, CNN2DFormat.NCHW, 1));

        assertThat(again.getFlattenedGradients()).isEqualTo(once.getFlattenedGradients());
        assertThat(again.score()).isEqualTo(once.score());
    }

    @Test
    void featuresMayBeAViewOrOfAnotherType() {
        OneDnnGraph plain = fast(shortcut(), stock(shortcut()).params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        gradient(plain, minibatch);
        INDArray expected = plain.getFlattenedGradients().dup();
        INDArray larger = Nd4j.concat(0, Nd4j.ones(minibatch.getFeatures(0).shape()), minibatch.getFeatures(0));
        INDArray view = larger.get(
                org.nd4j.linalg.indexing.NDArrayIndex.interval(EXAMPLES, 2 * EXAMPLES),
                org.nd4j.linalg.indexing.NDArrayIndex.all(),
                org.nd4j.linalg.indexing.NDArrayIndex.all(),
                org.nd4j.linalg.indexing.NDArrayIndex.all());

        gradient(plain, new MultiDataSet(view, minibatch.getLabels(0)));
        assertThat(plain.getFlattenedGradients()).isEqualTo(expected);

        gradient(plain, new MultiDataSet(minibatch.getFeatures(0).dup('f'), minibatch.getLabels(0)));
        assertThat(plain.getFlattenedGradients()).isEqualTo(expected);

        gradient(plain, new MultiDataSet(minibatch.getFeatures(0).castTo(DataType.DOUBLE), minibatch.getLabels(0)));
        assertThat(plain.getFlattenedGradients()).isEqualTo(expected);
    }

    @Test
    void dropoutDrawsDeeplearning4jsNumbers() {
        ComputationGraphConfiguration configuration = SmallGraphs.configuration(
                graph -> graph.addLayer("dropped", new DropoutLayer(0.6), "0"), CNN2DFormat.NCHW, DataType.FLOAT);
        ComputationGraph reference = stock(configuration);
        OneDnnGraph fast = fast(configuration.clone(), reference.params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);

        Nd4j.getRandom().setSeed(7);
        gradient(reference, minibatch);
        Nd4j.getRandom().setSeed(7);
        gradient(fast, minibatch);

        assertThat(fast.obstacle()).isEmpty();
        assertThat(relativeDistance(reference, fast)).isLessThan(1e-5);
        Nd4j.getRandom().setSeed(8);
        gradient(fast, minibatch);
        assertThat(relativeDistance(reference, fast)).isGreaterThan(0.1);
    }

    @Test
    void whatIsNotKnownIsTrainedByDeeplearning4j() {
        UnaryOperator<GraphBuilder> separable = graph -> graph.addLayer(
                "separable", new SeparableConvolution2D.Builder(3, 3).nOut(4).build(), "0");
        ComputationGraph reference =
                withHelpers(SmallGraphs.configuration(separable, CNN2DFormat.NCHW, DataType.FLOAT));
        OneDnnGraph fast =
                fast(SmallGraphs.configuration(separable, CNN2DFormat.NCHW, DataType.FLOAT), reference.params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);

        gradient(reference, minibatch);
        gradient(fast, minibatch);

        assertThat(fast.obstacle()).hasValue("separable: a SeparableConvolution2D");
        assertThat(fast.getFlattenedGradients()).isEqualTo(reference.getFlattenedGradients());
        assertThat(fast.output(minibatch.getFeatures())[0]).isEqualTo(reference.output(minibatch.getFeatures())[0]);
    }

    @Test
    void masksAndListenersAreDeeplearning4js() {
        ComputationGraph reference = withHelpers(shortcut());
        OneDnnGraph fast = fast(shortcut(), reference.params());
        MultiDataSet unmasked = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        INDArray mask = Nd4j.ones(EXAMPLES, 1);
        mask.putScalar(0, 0);
        MultiDataSet minibatch =
                new MultiDataSet(unmasked.getFeatures(), unmasked.getLabels(), null, new INDArray[] {mask});
        reference.fit(minibatch);
        fast.fit(minibatch);
        assertThat(fast.params()).isEqualTo(reference.params());
        assertThat(fast.obstacle()).hasValue("masks");

        reference.setListeners(new ScoreIterationListener(1));
        fast.setListeners(new ScoreIterationListener(1));
        reference.fit(minibatch(EXAMPLES, CNN2DFormat.NCHW, 2));
        fast.fit(minibatch(EXAMPLES, CNN2DFormat.NCHW, 2));
        assertThat(fast.params()).isEqualTo(reference.params());
        assertThat(fast.obstacle()).hasValue("listeners");

        fast.setListeners();
        fast.fit(minibatch(EXAMPLES, CNN2DFormat.NCHW, 2));
        assertThat(fast.obstacle()).isEmpty();
    }

    @Test
    void helpersThatAreSwitchedOffSwitchItOff() {
        OneDnnGraph fast = fast(shortcut(), stock(shortcut()).params());
        System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "true");

        gradient(fast, minibatch(EXAMPLES, CNN2DFormat.NCHW, 1));

        assertThat(fast.obstacle())
                .hasValueSatisfying(
                        obstacle -> assertThat(obstacle).contains(DL4JSystemProperties.DISABLE_HELPER_PROPERTY));
    }

    /** A thread that calls OpenMP for the first time starts the other threads it needs. */
    @Test
    void keepsToTheLimitOfNativeThreads() throws Exception {
        INDArray parameters = stock(shortcut()).params();
        assertThat(threadsStartedFor(1, parameters)).isZero();
        assertThat(threadsStartedFor(2, parameters)).isEqualTo(1);
    }

    @Test
    void goesOnWhenItsMemoryWasReleased() {
        OneDnnGraph fast = fast(shortcut(), stock(shortcut()).params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        gradient(fast, minibatch);
        INDArray expected = fast.getFlattenedGradients().dup();
        assertThat(fast.programBytes()).isPositive();

        fast.releasePrograms();
        assertThat(fast.programBytes()).isZero();
        gradient(fast, minibatch);
        assertThat(fast.getFlattenedGradients()).isEqualTo(expected);
    }

    @Test
    void outlivesTheWorkspaceInWhichItWasCompiled() {
        OneDnnGraph plain = fast(shortcut(), stock(shortcut()).params());
        MultiDataSet minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
        gradient(plain, minibatch);
        INDArray expected = plain.getFlattenedGradients().dup();

        OneDnnGraph fast = fast(shortcut(), stock(shortcut()).params());
        for (int step = 0; step < 3; step++) {
            try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("caller")) {
                Nd4j.valueArrayOf(new long[] {1 << 16}, 1e30f);
                gradient(fast, minibatch);
            }
            assertThat(fast.getFlattenedGradients()).isEqualTo(expected);
        }
        Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    }

    @Test
    void tellsWhereTheTimeGoes() {
        OneDnnGraph fast = fast(shortcut(), stock(shortcut()).params());
        fast.profile();
        gradient(fast, minibatch(EXAMPLES, CNN2DFormat.NCHW, 1));

        assertThat(fast.nanoseconds())
                .containsKeys(
                        new OneDnnGraph.ProfileEntry("0", "convolution"),
                        new OneDnnGraph.ProfileEntry("0", "convolution backward weights"),
                        new OneDnnGraph.ProfileEntry("sum", "addition"),
                        new OneDnnGraph.ProfileEntry("output", "loss"))
                .doesNotContainKey(new OneDnnGraph.ProfileEntry("0", "convolution backward data"))
                .allSatisfy((entry, time) -> assertThat(time).isPositive());
    }

    private static long threadsStartedFor(int threads, INDArray parameters) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            Future<Long> started = one.submit(() -> {
                OneDnnGraph graph;
                MultiDataSet minibatch;
                try (NativeThreads limit = NativeThreads.limit(1)) {
                    graph = fast(shortcut(), parameters);
                    minibatch = minibatch(EXAMPLES, CNN2DFormat.NCHW, 1);
                    gradient(graph, minibatch);
                }
                try (NativeThreads limit = NativeThreads.limit(threads)) {
                    long before = nativeThreads();
                    gradient(graph, minibatch);
                    return nativeThreads() - before;
                }
            });
            return started.get();
        } finally {
            one.shutdownNow();
        }
    }

    /** OpenMP's threads have the name of the thread that started them; Java's come and go. */
    private static long nativeThreads() throws IOException {
        String own = Files.readString(Path.of("/proc/thread-self/comm"));
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> {
                        try {
                            return Files.readString(task.resolve("comm")).equals(own);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static double relativeDistance(ComputationGraph reference, ComputationGraph other) {
        return reference.getFlattenedGradients().distance2(other.getFlattenedGradients())
                / reference.getFlattenedGradients().norm2Number().doubleValue();
    }
}
