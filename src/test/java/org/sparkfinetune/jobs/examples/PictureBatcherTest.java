package org.sparkfinetune.jobs.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.inference.forward.PictureResult;
import org.sparkfinetune.storage.SparkFailures;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import scala.Tuple2;

/** Pictures that are decoded, augmented and run through the trunk inside of the training. */
@Tag("spark")
class PictureBatcherTest {
    private static final Preprocessing INPUT = new Preprocessing(
            20, 16, 18, Interpolation.AREA, ChannelOrder.BGR, List.of(104.0, 117.0, 124.0), List.of(50.0, 50.0, 50.0));
    private static final int PICTURES = 23;
    private static final int CLASSES = 3;
    private static final String WILD = "{preset: strong, mixup: 0, cutmix: 0}";
    /** Path of a picture and what the tail is given of it; static, because it is filled by tasks of this JVM. */
    private static final Map<String, float[]> SEEN = new ConcurrentHashMap<>();

    private static NetworkCut cut;
    private static EngineSpec onnx;
    private static EngineSpec dl4j;

    @BeforeAll
    static void cutANetwork() {
        cut = NetworkCut.at(network(), "pool");
        onnx = ship(EngineChoice.ONNX);
        dl4j = ship(EngineChoice.DL4J);
    }

    @Test
    void withoutAugmentationTrainingOnPicturesEqualsTrainingOnKeptActivationsBitForBit() {
        for (EngineSpec engine : List.of(onnx, dl4j)) {
            TrainingState kept = train(activationBatcher(), keptActivations(engine));
            // Another grouping into forward passes than that of the kept activations.
            TrainingState loaded = train(batcher(engine, "{}", 3), pictures(1, 4));
            assertThat(loaded).isEqualTo(kept);
        }
    }

    @Test
    void aPictureIsAugmentedTheSameWayWhateverPartitionsWorkersAndMinibatchesAreThere() {
        Map<String, float[]> expected = seen(new TrainingPlan(1, 1, 4, 1), 2, 1);
        assertThat(expected).hasSize(PICTURES);
        for (TrainingPlan plan : List.of(new TrainingPlan(1, 3, 2, 2), new TrainingPlan(1, 2, 5, 3))) {
            for (int partitions : new int[] {1, 5}) {
                Map<String, float[]> other = seen(plan, 2, partitions);
                expected.forEach(
                        (path, values) -> assertThat(other.get(path)).as(path).isEqualTo(values));
            }
        }
        Map<String, float[]> otherEpoch = seen(new TrainingPlan(1, 1, 4, 1), 3, 1);
        expected.forEach(
                (path, values) -> assertThat(otherEpoch.get(path)).as(path).isNotEqualTo(values));
    }

    @Test
    void aHeldOutPictureIsNeverChanged() {
        List<LabelledPicture> heldOut = examples(LabelledPicture.HELD_OUT);
        MultiDataSet plain = batcher(onnx, "{}", 8).batch(heldOut);
        MultiDataSet augmented = batcher(onnx, "preset: strong", 8).batch(heldOut);
        assertThat(augmented.getFeatures(0)).isEqualTo(plain.getFeatures(0));
        assertThat(augmented.getLabels(0)).isEqualTo(plain.getLabels(0));
        MultiDataSet trained = batcher(onnx, "preset: strong", 8).batch(examples(1));
        assertThat(trained.getFeatures(0)).isNotEqualTo(plain.getFeatures(0));
    }

    @Test
    void mixedPicturesHaveMixedTargets() {
        List<LabelledPicture> trained = examples(1);
        INDArray targets = batcher(onnx, "mixup: 1", 8).batch(trained).getLabels(0);
        assertThat(targets.shape()).containsExactly(PICTURES, CLASSES);
        for (int i = 0; i < PICTURES; i++) {
            int own = trained.get(i).label();
            int partner = trained.get((i + 1) % PICTURES).label();
            float[] row = targets.getRow(i).toFloatVector();
            assertThat(row[0] + row[1] + row[2]).isCloseTo(1, within(1e-6f));
            assertThat(row[own]).isBetween(0.5f, 1f);
            assertThat(row[own] + (partner == own ? 0 : row[partner])).isCloseTo(1, within(1e-6f));
        }
        assertThat(batcher(onnx, "mixup: 1", 8).batch(trained).getLabels(0)).isEqualTo(targets);
        assertThat(batcher(onnx, "mixup: 1", 8).batch(examples(2)).getLabels(0)).isNotEqualTo(targets);
    }

    @Test
    void theTrainingWithMixedPicturesIsRepeatable() {
        TrainingState first = train(batcher(onnx, "preset: strong", 8), pictures(1, 1));
        assertThat(train(batcher(onnx, "preset: strong", 8), pictures(1, 5))).isEqualTo(first);
    }

    @Test
    void aPictureThatCannotBeDecodedAnyMoreIsNamed() {
        LabelledPicture damaged = new LabelledPicture("hdfs:/a.png", 7, 1, 0, TestPictures.pngHeader(3, 3));
        JavaPairRDD<Long, LabelledPicture> examples = LocalSpark.context()
                .parallelizePairs(List.of(new Tuple2<>(0L, examples(1).get(0)), new Tuple2<>(1L, damaged)));
        assertThatThrownBy(() -> {
                    try {
                        train(new TrainingPlan(1, 1, 1, 2), batcher(onnx, "{}", 8), examples, 2);
                    } catch (Exception e) { // Spark throws checked ones that it does not declare
                        throw SparkFailures.translate(e, "run");
                    }
                })
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("hdfs:/a.png: is in the dataset but can no longer be decoded (")
                .hasMessageEndingWith("); the dataset is damaged, make it again with overwrite: true");
    }

    /** What the tail is given in an epoch, by path. */
    private static Map<String, float[]> seen(TrainingPlan plan, int epoch, int partitions) {
        SEEN.clear();
        // One picture a forward pass: the bits do not depend on which pictures go through the trunk together.
        PictureBatcher batcher = batcher(dl4j, WILD, 1);
        Batcher<LabelledPicture> recording = pictures -> {
            MultiDataSet minibatch = batcher.batch(pictures);
            for (int i = 0; i < pictures.size(); i++) {
                float[] values =
                        minibatch.getFeatures(0).getRow(i).dup().reshape(-1).toFloatVector();
                assertThat(SEEN.put(pictures.get(i).path(), values)).isNull();
            }
            return minibatch;
        };
        train(plan, recording, pictures(epoch, partitions), PICTURES);
        return Map.copyOf(SEEN);
    }

    private static <T> TrainingState train(Batcher<T> batcher, JavaPairRDD<Long, T> examples) {
        return train(new TrainingPlan(5, 2, 4, 2), batcher, examples, PICTURES);
    }

    /** One epoch. */
    private static <T> TrainingState train(
            TrainingPlan plan, Batcher<T> batcher, JavaPairRDD<Long, T> examples, int count) {
        ComputationGraph tail = cut.tail();
        try (AveragingTrainer<T> trainer = new AveragingTrainer<>(LocalSpark.context(), tail, plan, batcher)) {
            return trainer.trainEpoch(TrainingState.of(tail), examples, count, RoundListener.SILENT)
                    .state();
        }
    }

    private static JavaPairRDD<Long, LabelledActivations> keptActivations(EngineSpec engine) {
        PictureForward<Tuple2<Long, LabelledPicture>> forward = new PictureForward<>(
                engine,
                PictureLimits.DEFAULT,
                8,
                picture -> picture._2().encoded(),
                ForwardMeter.register(LocalSpark.session().sparkContext()));
        return pictures(0, 2)
                .map(picture -> picture)
                .mapPartitions(forward)
                .mapToPair(outcome -> new Tuple2<>(
                        outcome.source()._1(),
                        LabelledActivations.of(
                                outcome.source()._2().label(),
                                ((PictureResult.Done<Tuple2<Long, LabelledPicture>>) outcome).activations())));
    }

    private static JavaPairRDD<Long, LabelledPicture> pictures(int epoch, int partitions) {
        List<Tuple2<Long, LabelledPicture>> numbered = new ArrayList<>();
        for (LabelledPicture picture : examples(epoch)) {
            numbered.add(new Tuple2<>((long) numbered.size(), picture));
        }
        return LocalSpark.context().parallelizePairs(numbered, partitions);
    }

    private static List<LabelledPicture> examples(int epoch) {
        return IntStream.range(0, PICTURES)
                .mapToObj(i -> new LabelledPicture(
                        i + ".png", 1000L + i, epoch, i % CLASSES, TestPictures.noise("png", 24 + i, 40 - i, i)))
                .toList();
    }

    private static PictureBatcher batcher(EngineSpec engine, String augmentation, int forwardBatch) {
        return new PictureBatcher(
                engine,
                forwardBatch,
                YamlFile.bind("f.yaml", augmentation, Augmentation.class),
                9,
                activationBatcher());
    }

    private static ActivationBatcher activationBatcher() {
        return new ActivationBatcher(
                cut.boundaryShapes(InputType.convolutional(INPUT.height(), INPUT.width(), 3)), HeadSpec.plain(CLASSES));
    }

    private static EngineSpec ship(EngineChoice choice) {
        return ShippedNetwork.ship(LocalSpark.session().sparkContext(), cut.trunk(), INPUT, choice, List.of())
                .engine();
    }

    private static ComputationGraph network() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(INPUT.height(), INPUT.width(), 3))
                .addLayer(
                        "convolution",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(6)
                                .activation(Activation.RELU)
                                .build(),
                        "input")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "convolution")
                .addLayer(
                        "output",
                        new OutputLayer.Builder()
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("output")
                .build());
        network.init();
        return network;
    }
}
