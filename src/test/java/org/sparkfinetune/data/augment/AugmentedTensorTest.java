package org.sparkfinetune.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.testing.RgbInput;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Preprocessing;

class AugmentedTensorTest {
    /** Everything at its most extreme. */
    private static final String WILD = "{minCropArea: 0.05, horizontalFlip: 0.5, verticalFlip: 0.5, rotation: 180,"
            + " brightness: 1, contrast: 1, saturation: 1, hue: 0.5, erasing: 1}";

    @Test
    void withoutAugmentationATensorIsThatOfPictureTensorBitForBit() throws Exception {
        for (int[] size : new int[][] {{1, 1}, {7, 3}, {40, 31}, {16, 24}}) {
            byte[] picture = TestPictures.noise("png", size[0], size[1], 5);
            PictureTensor plain = new PictureTensor(input(24, 16), PictureLimits.DEFAULT);
            float[] expected = new float[plain.floats()];
            plain.write(picture, expected, 0);
            assertThat(tensor("{}", picture, input(24, 16), 1)).isEqualTo(expected);
        }
    }

    @Test
    void whateverThePictureAndTheInputValuesStayInTheirRange() throws Exception {
        int[][] pictures = {{1, 1}, {1, 9}, {13, 1}, {2, 2}, {3, 5}, {31, 40}, {300, 2}};
        int[][] inputs = {{1, 1}, {1, 2}, {3, 3}, {17, 24}};
        for (int[] size : pictures) {
            byte[] picture = TestPictures.noise("png", size[0], size[1], size[0]);
            for (int[] input : inputs) {
                for (int epoch = 1; epoch <= 10; epoch++) {
                    float[] tensor = tensor(WILD, picture, input(input[0], input[1]), epoch);
                    assertThat(tensor).hasSize(3 * input[0] * input[1]);
                    // Mean 100 and deviation 50 of values 0 to 255.
                    for (float value : tensor) {
                        assertThat(value).isBetween(-2f, 3.1f);
                    }
                }
            }
        }
    }

    @Test
    void theSamePlaceGivesTheSamePixelsAndAnotherEpochOthers() throws Exception {
        byte[] picture = TestPictures.noise("jpg", 50, 40, 1);
        assertThat(tensor(WILD, picture, input(24, 16), 1)).isEqualTo(tensor(WILD, picture, input(24, 16), 1));
        assertThat(tensor(WILD, picture, input(24, 16), 2)).isNotEqualTo(tensor(WILD, picture, input(24, 16), 1));
    }

    @Test
    void aMirroredPictureIsMirrored() throws Exception {
        byte[] picture = TestPictures.noise("png", 4, 3, 1);
        float[] plain = tensor("{}", picture, input(4, 3), 1);
        float[] across = tensor("horizontalFlip: 1", picture, input(4, 3), 1);
        float[] down = tensor("verticalFlip: 1", picture, input(4, 3), 1);
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < 3; y++) {
                for (int x = 0; x < 4; x++) {
                    float value = plain[at(channel, y, x)];
                    assertThat(across[at(channel, y, 3 - x)]).isEqualTo(value);
                    assertThat(down[at(channel, 2 - y, x)]).isEqualTo(value);
                }
            }
        }
    }

    private static int at(int channel, int y, int x) {
        return (channel * 3 + y) * 4 + x;
    }

    @Test
    void aboutHalfOfThePicturesAreMirroredWhenHalfShallBe() throws Exception {
        byte[] picture = TestPictures.noise("png", 4, 3, 1);
        float[] plain = tensor("{}", picture, input(4, 3), 1);
        int mirrored = 0;
        for (int epoch = 1; epoch <= 200; epoch++) {
            float[] tensor = tensor("horizontalFlip: 0.5", picture, input(4, 3), epoch);
            mirrored += java.util.Arrays.equals(tensor, plain) ? 0 : 1;
        }
        assertThat(mirrored).isBetween(75, 125);
    }

    @Test
    void aRotatedPictureKeepsItsCentreAndItsColours() throws Exception {
        byte[] plain = TestPictures.plain("png", 30, 30, new Color(10, 20, 30));
        assertThat(tensor("rotation: 180", plain, input(15, 15), 1)).isEqualTo(tensor("{}", plain, input(15, 15), 1));
        BufferedImage dot = new BufferedImage(15, 15, BufferedImage.TYPE_INT_RGB);
        dot.setRGB(7, 7, 0xFFFFFF);
        float[] turned = tensor("rotation: 180", TestPictures.encoded(dot, "png"), input(15, 15), 3);
        assertThat(turned[7 * 15 + 7]).isEqualTo(value(255));
        assertThat(turned[0]).isEqualTo(value(0));
    }

    @Test
    void brightnessMultipliesEveryChannelByTheSameFactor() throws Exception {
        byte[] picture = TestPictures.plain("png", 8, 8, new Color(20, 60, 100));
        List<Double> factors = new ArrayList<>();
        for (int epoch = 1; epoch <= 50; epoch++) {
            double[] rgb = colour("brightness: 0.3", picture, epoch);
            double factor = rgb[2] / 100;
            assertThat(rgb[0]).isCloseTo(20 * factor, within(1.0));
            assertThat(rgb[1]).isCloseTo(60 * factor, within(1.0));
            factors.add(factor);
        }
        assertThat(factors).allMatch(factor -> factor > 0.68 && factor < 1.32);
        assertThat(factors).anyMatch(factor -> factor < 0.8).anyMatch(factor -> factor > 1.2);
    }

    @Test
    void contrastKeepsTheMeanLuminanceAndSaturationAndHueTheLuminanceOfEachPixel() throws Exception {
        byte[] picture = TestPictures.plain("png", 8, 8, new Color(90, 120, 140));
        for (String what : new String[] {"contrast: 0.5", "saturation: 1", "hue: 0.5"}) {
            boolean changed = false;
            for (int epoch = 1; epoch <= 20; epoch++) {
                double[] rgb = colour(what, picture, epoch);
                assertThat(luminance(rgb)).as(what).isCloseTo(luminance(new double[] {90, 120, 140}), within(1.5));
                changed |= Math.abs(rgb[0] - 90) > 5;
            }
            assertThat(changed).as(what).isTrue();
        }
    }

    @Test
    void greyStaysGreyUnderEveryChangeOfColours() throws Exception {
        byte[] picture = TestPictures.plain("png", 8, 8, new Color(77, 77, 77));
        for (int epoch = 1; epoch <= 20; epoch++) {
            double[] rgb = colour("{brightness: 0.5, contrast: 0.5, saturation: 1, hue: 0.5}", picture, epoch);
            assertThat(rgb[1]).isCloseTo(rgb[0], within(1.0));
            assertThat(rgb[2]).isCloseTo(rgb[0], within(1.0));
        }
    }

    @Test
    void halfATurnOfTheHueMakesRedNoLongerRed() throws Exception {
        byte[] red = TestPictures.plain("png", 8, 8, new Color(200, 60, 60));
        boolean cyan = false;
        for (int epoch = 1; epoch <= 50; epoch++) {
            double[] rgb = colour("hue: 0.5", red, epoch);
            cyan |= rgb[0] + 30 < rgb[1] && rgb[0] + 30 < rgb[2];
        }
        assertThat(cyan).isTrue();
    }

    @Test
    void erasingMakesOneRectangleNoise() throws Exception {
        byte[] picture = TestPictures.plain("png", 40, 40, new Color(7, 7, 7));
        for (int epoch = 1; epoch <= 50; epoch++) {
            float[] tensor = tensor("erasing: 1", picture, input(40, 40), epoch);
            int erased = 0;
            for (int i = 0; i < 1600; i++) {
                boolean same = tensor[i] == value(7) && tensor[1600 + i] == value(7) && tensor[3200 + i] == value(7);
                erased += same ? 0 : 1;
            }
            assertThat(erased / 1600.0).isBetween(0.01, 0.36);
        }
        assertThat(tensor("erasing: 0.0", picture, input(40, 40), 1)).containsOnly(value(7));
    }

    @Test
    void aRandomCropOfTheWholePictureIsTheWholePictureAndASmallOneAPart() throws Exception {
        BufferedImage halves = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 40; y++) {
            for (int x = 20; x < 40; x++) {
                halves.setRGB(x, y, 0xFFFFFF);
            }
        }
        byte[] picture = TestPictures.encoded(halves, "png");
        int oneColour = 0;
        for (int epoch = 1; epoch <= 100; epoch++) {
            float[] tensor = tensor("minCropArea: 0.01", picture, input(8, 8), epoch);
            boolean white = tensor[0] == value(255) && tensor[7] == value(255);
            boolean black = tensor[0] == value(0) && tensor[7] == value(0);
            oneColour += white || black ? 1 : 0;
        }
        assertThat(oneColour).isBetween(10, 90);
    }

    private static double luminance(double[] rgb) {
        return 0.213 * rgb[0] + 0.715 * rgb[1] + 0.072 * rgb[2];
    }

    /** Mean red, green and blue, 0 to 255, of the tensor. */
    private static double[] colour(String yaml, byte[] picture, int epoch) throws RejectedPictureException {
        float[] tensor = tensor(yaml, picture, input(8, 8), epoch);
        double[] rgb = new double[3];
        for (int i = 0; i < tensor.length; i++) {
            rgb[i / 64] += (tensor[i] * 50 + 100) / 64;
        }
        return rgb;
    }

    private static float value(int sample) {
        return (float) ((sample - 100.0) / 50);
    }

    private static float[] tensor(String yaml, byte[] picture, Preprocessing input, int epoch)
            throws RejectedPictureException {
        Augmentation augmentation = YamlFile.bind("f.yaml", yaml, Augmentation.class);
        AugmentedTensor tensor = new AugmentedTensor(input, augmentation, PictureLimits.DEFAULT);
        float[] target = new float[tensor.floats()];
        tensor.write(picture, AugmentationRandom.of(42, epoch, 17), target, 0);
        return target;
    }

    private static Preprocessing input(int width, int height) {
        return RgbInput.of(width, height, 100, 50);
    }
}
