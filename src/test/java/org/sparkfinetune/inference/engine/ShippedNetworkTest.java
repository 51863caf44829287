package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.inference.forward.PictureResult;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

@Tag("spark")
class ShippedNetworkTest {
    private static final Preprocessing INPUT = new Preprocessing(
            20, 16, 18, Interpolation.AREA, ChannelOrder.BGR, List.of(104.0, 117.0, 124.0), List.of(50.0, 50.0, 50.0));
    private static final List<byte[]> PICTURES = IntStream.range(0, 13)
            .mapToObj(seed -> TestPictures.noise("png", 24 + seed, 40 - seed, seed))
            .toList();

    @Test
    void onnxRuntimeRunsWhatItRunsLikeDeeplearning4j() {
        ComputationGraph network = network(convolution());
        ShippedNetwork auto = ship(network, EngineChoice.AUTO, PICTURES.subList(0, 4));
        assertThat(auto.engine().kind()).isEqualTo(EngineSpec.Kind.ONNX);
        assertThat(auto.description())
                .matches("pictures are run by ONNX Runtime \\d+\\.\\d+\\.\\d+, largest relative difference between both"
                        + " \\d\\.\\de-\\d\\d on 4 pictures");

        ShippedNetwork dl4j = ship(network, EngineChoice.DL4J, List.of());
        assertThat(dl4j.engine().kind()).isEqualTo(EngineSpec.Kind.DL4J);
        assertThat(dl4j.description()).isEqualTo("pictures are run by Deeplearning4j");
        assertThat(dl4j.engine().sha256()).isEqualTo(auto.engine().sha256());

        float[][][] expected = activations(dl4j.engine());
        assertThat(EngineDifference.relative(activations(auto.engine()), expected))
                .isLessThan(1e-5);
        // The pool reopens a network that it has closed.
        assertThat(EngineDifference.relative(activations(dl4j.engine()), expected))
                .isZero();
        assertThat(EngineDifference.relative(activations(auto.engine()), expected))
                .isLessThan(1e-5);
    }

    @Test
    void whatContinuesAnotherRunIsRunByItsEngineUnlessTheUserSaysOtherwise() {
        assertThat(EngineChoice.AUTO.continuing(EngineSpec.Kind.DL4J)).isEqualTo(EngineChoice.DL4J);
        assertThat(EngineChoice.AUTO.continuing(EngineSpec.Kind.ONNX)).isEqualTo(EngineChoice.AUTO);
        assertThat(EngineChoice.ONNX.continuing(EngineSpec.Kind.DL4J)).isEqualTo(EngineChoice.ONNX);
    }

    /** The first attempt of the task fails while the third picture is being decoded for the next batch. */
    @Test
    void nothingOfATaskGoesOnAfterIt() {
        EngineSpec pixels = EngineSpec.pixels(INPUT);
        ForwardMeter meter = ForwardMeter.register(LocalSpark.session().sparkContext());
        PictureForward<byte[]> forward =
                new PictureForward<>(pixels, PictureLimits.DEFAULT, 2, SlowReading::read, meter);
        var failing = LocalSpark.context()
                .parallelize(PICTURES, 1)
                .mapPartitions(SlowReading::watched)
                .mapPartitions(forward)
                .map(outcome -> SlowReading.fail());
        assertThatThrownBy(failing::collect).hasMessageContaining("on purpose");
        assertThat(SlowReading.BUSY_AT_THE_END).as("two attempts").containsExactly(false, false);
    }

    /** In this JVM, like local tasks. */
    private static final class SlowReading {
        static final List<Boolean> BUSY_AT_THE_END = new CopyOnWriteArrayList<>();
        private static final AtomicInteger READ = new AtomicInteger();
        private static final AtomicBoolean BUSY = new AtomicBoolean();
        private static final CountDownLatch AHEAD = new CountDownLatch(1);
        private static final CountDownLatch ENDING = new CountDownLatch(1);
        private static final AtomicReference<Thread> TASK = new AtomicReference<>();

        /** Spark calls the first listener last. */
        static Iterator<byte[]> watched(Iterator<byte[]> pictures) {
            TaskContext.get()
                    .addTaskCompletionListener((TaskCompletionListener) ended -> BUSY_AT_THE_END.add(BUSY.get()));
            return pictures;
        }

        static byte[] read(byte[] picture) throws InterruptedException {
            if (READ.incrementAndGet() == 3) {
                BUSY.set(true);
                AHEAD.countDown();
                assertThat(ENDING.await(60, TimeUnit.SECONDS)).isTrue();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                // Until the task waits for this thread; a task that ends without that finds it busy.
                while (TASK.get().getState() != Thread.State.WAITING && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                BUSY.set(false);
            }
            return picture;
        }

        static int fail() throws InterruptedException {
            assertThat(AHEAD.await(60, TimeUnit.SECONDS)).isTrue();
            TASK.set(Thread.currentThread());
            // The last listener is called first: right before the one of the forward pass.
            TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> ENDING.countDown());
            throw new IllegalArgumentException("on purpose");
        }
    }

    @Test
    void pictureThatCannotBeDecodedIsNoSample() {
        List<byte[]> samples = List.of("no picture".getBytes(StandardCharsets.UTF_8), PICTURES.get(0));
        assertThat(ship(network(convolution()), EngineChoice.AUTO, samples).description())
                .endsWith("on 1 pictures");
    }

    @Test
    void withoutSamplesPicturesAreGenerated() {
        assertThat(ship(network(convolution()), EngineChoice.ONNX, List.of()).description())
                .endsWith("on 2 pictures");
    }

    @Test
    void deeplearning4jRunsWhatOnnxCannotExpress() {
        ComputationGraph network = network(new Deconvolution2D.Builder(2, 2)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build());
        ShippedNetwork auto = ship(network, EngineChoice.AUTO, List.of());
        assertThat(auto.engine().kind()).isEqualTo(EngineSpec.Kind.DL4J);
        assertThat(auto.description())
                .startsWith("pictures are run by Deeplearning4j, not ONNX Runtime: vertex \"first\": is a"
                        + " org.deeplearning4j.nn.conf.layers.Deconvolution2D, which cannot be exported to ONNX");
        assertThatThrownBy(() -> ship(network, EngineChoice.ONNX, List.of()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("vertex \"first\": is a");
    }

    @Test
    void deeplearning4jRunsWhatCannotBeCompared() {
        ComputationGraph network = network(convolution());
        network.getLayer("first").getParam("W").assign(Double.NaN);
        assertThat(ship(network, EngineChoice.AUTO, List.of()).description())
                .isEqualTo("pictures are run by Deeplearning4j, not ONNX Runtime: largest relative difference between"
                        + " both Infinity on 2 pictures");
        assertThatThrownBy(() -> ship(network, EngineChoice.ONNX, List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Infinity");
    }

    private static ShippedNetwork ship(ComputationGraph network, EngineChoice choice, List<byte[]> samples) {
        return ShippedNetwork.ship(LocalSpark.session().sparkContext(), network, INPUT, choice, samples);
    }

    /** Runs parallel tasks; results are in the order of the pictures. */
    private static float[][][] activations(EngineSpec engine) {
        ForwardMeter meter = ForwardMeter.register(LocalSpark.session().sparkContext());
        PictureForward<byte[]> forward =
                new PictureForward<>(engine, PictureLimits.DEFAULT, 2, picture -> picture, meter);
        return LocalSpark.context().parallelize(PICTURES, 4).mapPartitions(forward).collect().stream()
                .map(outcome -> ((PictureResult.Done<byte[]>) outcome).activations())
                .toArray(float[][][]::new);
    }

    private static ConvolutionLayer convolution() {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static ComputationGraph network(Layer first) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(INPUT.height(), INPUT.width(), 3))
                .addLayer("first", first, "input")
                .addLayer("norm", new BatchNormalization(), "first")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "norm")
                .setOutputs("pool")
                .build());
        network.init();
        network.getLayer("norm").getParam("mean").assign(Nd4j.createFromArray(0.1f, -0.2f, 0.3f, 0.4f));
        return network;
    }
}
