package org.sparkfinetune.data.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

/**
 * Augmented pictures to look at: a row a picture, unchanged in the first column, then one epoch after the other. Run it
 * with
 * {@code mvn test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=org.sparkfinetune.data.augment.ContactSheet -Dexec.args="FOLDER 'preset: strong' sheet.png"}.
 */
final class ContactSheet {
    private static final int SIDE = 160;
    private static final int ROWS = 8;
    private static final int EPOCHS = 9;
    private static final Preprocessing INPUT = new Preprocessing(
            SIDE * 256 / 224,
            SIDE,
            SIDE,
            Interpolation.AREA,
            ChannelOrder.BGR,
            List.of(0.0, 0.0, 0.0),
            List.of(1.0, 1.0, 1.0));

    private ContactSheet() {}

    /** @param arguments folder of pictures, augmentation as YAML, PNG to write */
    public static void main(String[] arguments) throws Exception {
        Augmentation augmentation = YamlFile.bind("arguments", arguments[1], Augmentation.class);
        List<Path> files;
        try (Stream<Path> found = Files.walk(Path.of(arguments[0]))) {
            List<Path> all = found.filter(Files::isRegularFile).sorted().toList();
            files = Stream.iterate(0, i -> i + 1)
                    .limit(ROWS)
                    .map(i -> all.get(i * all.size() / ROWS))
                    .toList();
        }
        Mat sheet = new Mat(files.size() * SIDE, (EPOCHS + 1) * SIDE, CV_8UC3, Scalar.WHITE);
        for (int column = 0; column <= EPOCHS; column++) {
            float[] pixels = minibatch(files, column == 0 ? Augmentation.NONE : augmentation, column);
            for (int row = 0; row < files.size(); row++) {
                Mat cell = new Mat(sheet, new Rect(column * SIDE, row * SIDE, SIDE, SIDE));
                picture(pixels, row * INPUT.floats()).copyTo(cell);
            }
        }
        imwrite(arguments[2], sheet);
    }

    private static float[] minibatch(List<Path> files, Augmentation augmentation, int epoch) throws Exception {
        AugmentedTensor tensor = new AugmentedTensor(INPUT, augmentation, PictureLimits.DEFAULT);
        float[] pixels = new float[files.size() * INPUT.floats()];
        List<AugmentationRandom> draws = Stream.iterate(0L, i -> i + 1)
                .limit(files.size())
                .map(i -> AugmentationRandom.of(42, epoch, i))
                .toList();
        for (int i = 0; i < files.size(); i++) {
            tensor.write(Files.readAllBytes(files.get(i)), draws.get(i), pixels, i * INPUT.floats());
        }
        new MinibatchMixing(augmentation, INPUT).mix(pixels, draws);
        return pixels;
    }

    private static Mat picture(float[] pixels, int offset) {
        byte[] samples = new byte[INPUT.floats()];
        int plane = SIDE * SIDE;
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.round(pixels[offset + (i % 3) * plane + i / 3]);
        }
        Mat picture = new Mat(SIDE, SIDE, CV_8UC3);
        picture.data().put(samples);
        return picture;
    }
}
