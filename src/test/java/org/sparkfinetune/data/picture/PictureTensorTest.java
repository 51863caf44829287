package org.sparkfinetune.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.testing.TestPictures;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

class PictureTensorTest {
    @Test
    void channelsComeFirstInTheOrderOfTheCard() throws Exception {
        byte[] png = TestPictures.plain("png", 2, 2, new Color(10, 20, 30));
        assertThat(tensor(png, plain(2, 2, ChannelOrder.RGB)))
                .containsExactly(10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30);
        assertThat(tensor(png, plain(2, 2, ChannelOrder.BGR)))
                .containsExactly(30, 30, 30, 30, 20, 20, 20, 20, 10, 10, 10, 10);
    }

    @Test
    void meanAndStdAreInChannelOrder() throws Exception {
        Preprocessing card = new Preprocessing(
                1, 1, 1, Interpolation.BILINEAR, ChannelOrder.BGR, List.of(1.5, 2.0, 3.0), List.of(1.0, 2.0, 4.0));
        assertThat(tensor(TestPictures.plain("png", 1, 1, new Color(10, 20, 30)), card))
                .containsExactly(28.5f, 9, 1.75f);
    }

    @Test
    void theCentreIsCutAndHalfMarginsAreRoundedToEven() throws Exception {
        // Columns hold 0, 10, 20, …; a margin of 3 pixels: round(1.5) = 2, as Python rounds.
        assertThat(tensor(columns(5, 2), plain(2, 2, ChannelOrder.RGB))).startsWith(20, 30, 20, 30);
        // A margin of 1 pixel: round(0.5) = 0.
        assertThat(tensor(columns(3, 2), plain(2, 2, ChannelOrder.RGB))).startsWith(0, 10, 0, 10);
        assertThat(tensor(columns(6, 2), plain(2, 2, ChannelOrder.RGB))).startsWith(20, 30, 20, 30);
    }

    @Test
    void rowsAreKeptApart() throws Exception {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x010203);
        image.setRGB(0, 1, 0x040506);
        assertThat(tensor(TestPictures.encoded(image, "png"), plain(2, 2, ChannelOrder.RGB)))
                .containsExactly(0, 1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "500,333,256,384,256",
        "333,500,256,256,384",
        "640,427,256,383,256",
        "100,50,256,512,256",
        "256,300,256,256,300"
    })
    void longSideIsRoundedDownAsTorchvisionDoes(int width, int height, int shortSide, int newWidth, int newHeight) {
        try (Mat pixels = new Mat(height, width, CV_8UC3);
                Mat resized = PictureTensor.resizedToShortSide(pixels, shortSide, Interpolation.BILINEAR)) {
            assertThat(resized.cols()).isEqualTo(newWidth);
            assertThat(resized.rows()).isEqualTo(newHeight);
        }
    }

    @Test
    void areaAveragesWhenShrinking() throws Exception {
        Preprocessing card = new Preprocessing(
                1, 1, 1, Interpolation.AREA, ChannelOrder.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
        // Four columns of 0, 10, 20, 30 by four rows.
        assertThat(tensor(columns(4, 4), card)).containsExactly(15, 15, 15);
    }

    @Test
    void enlargingIsBilinear() throws Exception {
        Preprocessing card = new Preprocessing(
                4, 4, 4, Interpolation.BILINEAR, ChannelOrder.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x282828);
        image.setRGB(1, 1, 0x282828);
        // Pixel centres of the result lie at -0.25, 0.25, 0.75 and 1.25 of the source.
        assertThat(tensor(TestPictures.encoded(image, "png"), card)).startsWith(0, 10, 30, 40);
    }

    @Test
    void onlyTheGivenPlaceIsWritten() throws Exception {
        float[] target = {-1, -1, -1, -1, -1};
        Preprocessing card = plain(1, 1, ChannelOrder.RGB);
        new PictureTensor(card, PictureLimits.DEFAULT)
                .write(TestPictures.plain("png", 1, 1, new Color(1, 2, 3)), target, 1);
        assertThat(target).containsExactly(-1, 1, 2, 3, -1);
        assertThatThrownBy(() -> new PictureTensor(card, PictureLimits.DEFAULT).write(new byte[0], target, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static float[] tensor(byte[] encoded, Preprocessing card) throws RejectedPictureException {
        PictureTensor tensor = new PictureTensor(card, PictureLimits.DEFAULT);
        float[] target = new float[tensor.floats()];
        tensor.write(encoded, target, 0);
        return target;
    }

    private static Preprocessing plain(int height, int width, ChannelOrder order) {
        return new Preprocessing(
                Math.max(height, width),
                height,
                width,
                Interpolation.BILINEAR,
                order,
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0));
    }

    /** Grey columns of 0, 10, 20, … */
    private static byte[] columns(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0x0A0A0A * x);
            }
        }
        return TestPictures.encoded(image, "png");
    }
}
