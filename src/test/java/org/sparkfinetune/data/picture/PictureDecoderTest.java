package org.sparkfinetune.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.data.format.PictureFormat;
import org.sparkfinetune.data.format.PictureHeader;
import org.sparkfinetune.testing.TestPictures;

/** What is a picture is decoded, whatever its format. */
class PictureDecoderTest {
    private static final Color ORANGE = new Color(200, 100, 50);

    private final PictureDecoder decoder = new PictureDecoder(PictureLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({"jpg,JPEG", "png,PNG", "bmp,BMP", "gif,GIF", "tiff,TIFF"})
    void everyFormatIsDecodedToBlueGreenRed(String extension, PictureFormat format) throws Exception {
        try (Picture picture = decoder.decode(TestPictures.plain(extension, 40, 30, ORANGE))) {
            assertThat(picture.format()).isEqualTo(format);
            assertThat(picture.width()).isEqualTo(40);
            assertThat(picture.height()).isEqualTo(30);
            assertPixel(picture, 20, 15, new Color(200, 100, 50), 3);
        }
    }

    @Test
    void webpIsDecoded() throws Exception {
        byte[] webp = TestPictures.byOpenCv(".webp", 40, 30, CV_8UC3, 50, 100, 200);
        try (Picture picture = decoder.decode(webp)) {
            assertThat(picture.format()).isEqualTo(PictureFormat.WEBP);
            assertThat(PictureFormat.headerOf(webp)).isEqualTo(new PictureHeader(PictureFormat.WEBP, 40, 30, 8));
            assertPixel(picture, 20, 15, new Color(200, 100, 50), 6);
        }
    }

    @Test
    void oneChannelBecomesColour() throws Exception {
        for (String extension : new String[] {".jpg", ".png", ".tiff", ".bmp"}) {
            try (Picture picture = decoder.decode(TestPictures.byOpenCv(extension, 8, 8, CV_8UC1, 77))) {
                assertPixel(picture, 4, 4, new Color(77, 77, 77), 1);
            }
        }
    }

    @Test
    void sixteenBitsBecomeEight() throws Exception {
        for (String extension : new String[] {".png", ".tiff"}) {
            try (Picture picture =
                    decoder.decode(TestPictures.byOpenCv(extension, 8, 8, CV_16UC3, 50 * 257, 100 * 257, 200 * 257))) {
                assertPixel(picture, 4, 4, new Color(200, 100, 50), 0);
            }
            try (Picture picture = decoder.decode(TestPictures.byOpenCv(extension, 8, 8, CV_16UC1, 65535))) {
                assertPixel(picture, 4, 4, new Color(255, 255, 255), 0);
            }
        }
    }

    @Test
    void alphaIsFlattenedOnWhite() throws Exception {
        try (Picture clear = decoder.decode(TestPictures.byOpenCv(".png", 8, 8, CV_8UC4, 50, 100, 200, 0));
                Picture half = decoder.decode(TestPictures.byOpenCv(".png", 8, 8, CV_8UC4, 50, 100, 200, 51));
                Picture opaque = decoder.decode(TestPictures.byOpenCv(".webp", 8, 8, CV_8UC4, 50, 100, 200, 255))) {
            assertPixel(clear, 4, 4, new Color(255, 255, 255), 0);
            assertPixel(half, 4, 4, new Color(244, 224, 214), 0);
            assertPixel(opaque, 4, 4, new Color(200, 100, 50), 6);
        }
    }

    @Test
    void cmykBecomesColour() throws Exception {
        try (Picture picture = decoder.decode(cmykJpeg())) {
            assertThat(picture.width()).isEqualTo(16);
            assertPixel(picture, 8, 8, new Color(255, 0, 0), 12);
        }
    }

    @Test
    void exifOrientationIsApplied() throws Exception {
        BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().fillRect(0, 0, 16, 16);
        byte[] jpeg = TestPictures.encoded(image, "jpg");
        // 6: the camera was turned; the left half, which is white, belongs on top.
        try (Picture picture = decoder.decode(TestPictures.withOrientation(jpeg, 6))) {
            assertThat(picture.width()).isEqualTo(16);
            assertThat(picture.height()).isEqualTo(32);
            assertPixel(picture, 8, 4, new Color(255, 255, 255), 3);
            assertPixel(picture, 8, 28, new Color(0, 0, 0), 3);
        }
        // 3: upside down.
        try (Picture picture = decoder.decode(TestPictures.withOrientation(jpeg, 3))) {
            assertPixel(picture, 4, 8, new Color(0, 0, 0), 3);
            assertPixel(picture, 28, 8, new Color(255, 255, 255), 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".png", ".webp", ".tiff"})
    void exifOrientationIsAppliedWhateverTheFormat(String extension) throws Exception {
        for (int orientation = 1; orientation <= 8; orientation++) {
            byte[] expected = TestPictures.withOrientation(quarters(".jpg"), orientation);
            byte[] turned = TestPictures.withOrientation(extension, quarters(extension), orientation);
            try (Picture jpeg = decoder.decode(expected);
                    Picture picture = decoder.decode(turned)) {
                assertThat(picture.width()).as("orientation %d", orientation).isEqualTo(jpeg.width());
                for (int[] place : new int[][] {{8, 8}, {8, 24}, {24, 8}}) {
                    byte[] wanted = new byte[3];
                    jpeg.pixels().ptr(place[1], place[0]).get(wanted);
                    assertPixel(
                            picture,
                            place[0],
                            place[1],
                            new Color(wanted[2] & 0xFF, wanted[1] & 0xFF, wanted[0] & 0xFF),
                            20);
                }
            }
        }
    }

    /** 32 x 48 pixels: the upper left is red, the upper right blue, all below green. */
    private static byte[] quarters(String extension) {
        BufferedImage image = new BufferedImage(32, 48, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 32; x++) {
                image.setRGB(x, y, y >= 16 ? 0x00FF00 : x < 16 ? 0xFF0000 : 0x0000FF);
            }
        }
        byte[] png = TestPictures.encoded(image, "png");
        return extension.equals(".png") ? png : TestPictures.convertedByOpenCv(png, extension);
    }

    @Test
    void aGreyJpegIsNotTakenForACutOne() throws Exception {
        try (Picture picture = decoder.decode(TestPictures.byOpenCv(".jpg", 40, 30, CV_8UC3, 128, 128, 128))) {
            assertPixel(picture, 39, 29, new Color(128, 128, 128), 0);
        }
    }

    @Test
    void firstFrameOfAnAnimatedGifIsTaken() throws Exception {
        byte[] gif = animatedGif(Color.RED, Color.BLUE);
        try (Picture picture = decoder.decode(gif)) {
            assertPixel(picture, 4, 4, new Color(255, 0, 0), 0);
        }
        byte[] cutInTheSecondFrame = Arrays.copyOf(gif, gif.length - 4);
        try (Picture picture = decoder.decode(cutInTheSecondFrame)) {
            assertPixel(picture, 4, 4, new Color(255, 0, 0), 0);
        }
    }

    @Test
    void wrongExtensionDoesNotMatterBecauseMagicBytesDecide() throws Exception {
        assertThat(PictureFormat.headerOf(TestPictures.plain("png", 7, 5, ORANGE)))
                .isEqualTo(new PictureHeader(PictureFormat.PNG, 7, 5, 8));
    }

    @Test
    void bytesAfterTheEndOfAJpegAreAllowed() throws Exception {
        byte[] jpeg = TestPictures.joined(TestPictures.plain("jpg", 9, 9, ORANGE), new byte[100]);
        try (Picture picture = decoder.decode(jpeg)) {
            assertThat(picture.width()).isEqualTo(9);
        }
    }

    private static void assertPixel(Picture picture, int x, int y, Color colour, int tolerance) {
        byte[] pixel = new byte[3];
        picture.pixels().ptr(y, x).get(pixel);
        Offset<Integer> offset = Offset.offset(tolerance);
        assertThat(pixel[0] & 0xFF).as("blue").isCloseTo(colour.getBlue(), offset);
        assertThat(pixel[1] & 0xFF).as("green").isCloseTo(colour.getGreen(), offset);
        assertThat(pixel[2] & 0xFF).as("red").isCloseTo(colour.getRed(), offset);
    }

    /** Pure red as an Adobe CMYK JPEG: inverted inks, so cyan 255, magenta 0, yellow 0, black 255. */
    private static byte[] cmykJpeg() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                raster.setPixel(x, y, new int[] {255, 0, 0, 255});
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] animatedGif(Color... frames) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (Color colour : frames) {
                BufferedImage frame = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
                for (int i = 0; i < 64; i++) {
                    frame.setRGB(i % 8, i / 8, colour.getRGB());
                }
                writer.writeToSequence(new IIOImage(frame, null, null), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
