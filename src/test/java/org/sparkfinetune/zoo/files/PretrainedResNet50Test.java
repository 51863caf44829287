package org.sparkfinetune.zoo.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imread;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.testing.Figures;
import org.sparkfinetune.testing.SharedFiles;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** The real weights on real photos: a wrong stride, epsilon, mean or channel order shows here and nowhere else. */
@Tag("weights")
class PretrainedResNet50Test {
    private static final int BATCH = 8;
    private static final int GRAND_PIANO = 579;
    private static final ModelCard CARD = ModelZoo.card("resnet50");
    private static CachedWeights weights;
    private static ComputationGraph network;

    @BeforeAll
    static void loadWeights() {
        NativeEngine.enable();
        weights = WeightsCache.of(System.getenv()).fetch(CARD, line -> {});
        network = PretrainedNetwork.load(CARD, weights);
    }

    @Test
    void hasThePublishedNumberOfParameters() {
        assertThat(network.numParams()).isEqualTo(25_636_712);
    }

    @Test
    void carriesTheNamesOfTheThousandClassesInKerasOrder() {
        List<String> labels = PretrainedNetwork.labels(CARD, weights);
        assertThat(labels).hasSize(1000).startsWith("tench", "goldfish");
        assertThat(labels.get(GRAND_PIANO)).isEqualTo("grand_piano");
        assertThat(labels.get(288)).isEqualTo("leopard");
    }

    @Test
    void recognisesGrandPianos() throws IOException {
        List<Integer> classes = topClasses("grand_piano", CARD.input());
        long right = classes.stream().filter(found -> found == GRAND_PIANO).count();
        Figures.tell("%d of %d photos of grand pianos are class %d", right, classes.size(), GRAND_PIANO);
        assertThat((double) right / classes.size())
                .as("%d of %d photos of grand pianos", right, classes.size())
                .isGreaterThanOrEqualTo(0.88);
    }

    @Test
    void takesEveryLeopardForASpottedCat() throws IOException {
        List<Integer> classes = topClasses("Leopards", CARD.input());
        Figures.tell("classes of %d photos of leopards: %s", classes.size(), Set.copyOf(classes));
        assertThat(classes).isNotEmpty().allMatch(List.of(288, 290, 293)::contains);
    }

    /** Class indices of the highest probability, one for each photo of the folder. */
    static List<Integer> topClasses(String folder, Preprocessing input) throws IOException {
        List<Path> photos = photos(folder);
        List<Integer> classes = new ArrayList<>();
        for (int from = 0; from < photos.size(); from += BATCH) {
            List<Path> batch = photos.subList(from, Math.min(photos.size(), from + BATCH));
            INDArray pixels = Nd4j.vstack(
                    batch.stream().map(photo -> tensor(photo, input)).toArray(INDArray[]::new));
            INDArray probabilities = network.outputSingle(pixels);
            IntStream.of(probabilities.argMax(1).toIntVector()).forEach(classes::add);
        }
        return classes;
    }

    private static List<Path> photos(String folder) throws IOException {
        try (Stream<Path> files =
                Files.list(SharedFiles.require("data/caltech10x80").resolve(folder))) {
            return files.sorted().toList();
        }
    }

    private static INDArray tensor(Path photo, Preprocessing input) {
        Mat decoded = imread(photo.toString(), IMREAD_COLOR);
        double scale = (double) input.shortSide() / Math.min(decoded.rows(), decoded.cols());
        Mat resized = new Mat();
        Size size = new Size((int) Math.round(decoded.cols() * scale), (int) Math.round(decoded.rows() * scale));
        resize(decoded, resized, size, 0, 0, openCv(input.interpolation(), scale));
        int left = (resized.cols() - input.width()) / 2;
        int top = (resized.rows() - input.height()) / 2;
        Mat crop = new Mat(resized, new Rect(left, top, input.width(), input.height())).clone();
        float[] values = new float[input.floats()];
        try (UByteIndexer pixels = crop.createIndexer()) {
            int i = 0;
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < input.height(); y++) {
                    for (int x = 0; x < input.width(); x++) {
                        values[i++] = (float)
                                (pixels.get(y, x, channel) - input.mean().get(channel));
                    }
                }
            }
        }
        return Nd4j.createFromArray(values).reshape(1, 3, input.height(), input.width());
    }

    private static int openCv(Preprocessing.Interpolation interpolation, double scale) {
        return switch (interpolation) {
            case BILINEAR -> INTER_LINEAR;
            case AREA -> scale < 1 ? INTER_AREA : INTER_LINEAR;
            case CUBIC -> INTER_CUBIC;
        };
    }
}
