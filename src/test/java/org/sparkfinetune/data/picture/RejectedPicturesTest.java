package org.sparkfinetune.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.testing.TestPictures;

/** What is damaged, too large or no picture is refused with its reason. */
class RejectedPicturesTest {
    private static final Color ORANGE = new Color(200, 100, 50);

    private final PictureDecoder decoder = new PictureDecoder(PictureLimits.DEFAULT);

    @Test
    void aJpegThatWasCutAndGivenAnEndMarkerIsTruncated() {
        byte[] jpeg = TestPictures.noise("jpg", 200, 160, 7);
        byte[] end = {(byte) 0xFF, (byte) 0xD9};
        for (double part : new double[] {0.3, 0.5, 0.9}) {
            RejectedPictureException rejection =
                    rejection(TestPictures.joined(Arrays.copyOf(jpeg, (int) (part * jpeg.length)), end));
            assertThat(rejection.errorClass()).isEqualTo(ErrorClass.TRUNCATED);
            assertThat(rejection).hasMessage("the JPEG data end in the middle of the picture, before their end marker");
        }
        // Turned by a camera, the missing part is not at the bottom.
        byte[] cut = TestPictures.joined(Arrays.copyOf(jpeg, jpeg.length / 2), end);
        assertThat(rejection(TestPictures.withOrientation(cut, 6)).errorClass()).isEqualTo(ErrorClass.TRUNCATED);
    }

    @Test
    void aProgressiveJpegNeedsAllItsScans() throws Exception {
        byte[] jpeg = TestPictures.progressive(TestPictures.noise("png", 200, 160, 7));
        decoder.decode(jpeg).close();
        byte[] end = {(byte) 0xFF, (byte) 0xD9};
        RejectedPictureException rejection = rejection(TestPictures.joined(Arrays.copyOf(jpeg, jpeg.length / 2), end));
        assertThat(rejection.errorClass()).isEqualTo(ErrorClass.TRUNCATED);
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 5, 0};
        byte[][] bomb = new byte[1002][];
        bomb[0] = Arrays.copyOf(jpeg, jpeg.length - 2);
        Arrays.fill(bomb, 1, 1001, scan);
        bomb[1001] = end;
        assertThat(rejection(TestPictures.joined(bomb)))
                .hasMessage("the JPEG has more than 500 scans, no camera or program writes so many");
    }

    @Test
    void deepSamplesAreLimitedBeforeDecoding() throws Exception {
        byte[] deep = TestPictures.byOpenCv(".png", 10, 10, CV_16UC3, 1, 1, 1);
        new PictureDecoder(new PictureLimits(deep.length, 200)).decode(deep).close();
        assertThat(rejection(new PictureDecoder(new PictureLimits(deep.length, 199)), deep))
                .hasMessage("the PNG header announces 10 x 10 pixels, allowed are 99 in all"
                        + " (limits.maxPicturePixels, half of it for samples of 16 bits)");
        assertThat(rejection(TestPictures.byOpenCv(".tiff", 8, 8, CV_32FC3, 0.5, 0.5, 0.5)))
                .hasMessage("the TIFF has samples of 32 bits, allowed are 8 and 16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "gif", "tiff"})
    void anyTruncationIsRejected(String format) {
        byte[] whole = TestPictures.noise(format, 24, 20, 7);
        for (int length = 1; length < whole.length - 16; length += Math.max(1, whole.length / 50)) {
            ErrorClass error = rejection(Arrays.copyOf(whole, length)).errorClass();
            assertThat(error).isIn(ErrorClass.TRUNCATED, ErrorClass.NOT_A_PICTURE);
            if (length >= 16) {
                assertThat(error).as("%d bytes", length).isEqualTo(ErrorClass.TRUNCATED);
            }
        }
    }

    @Test
    void jpegWithoutEndMarkerIsTruncated() {
        byte[] jpeg = TestPictures.noise("jpg", 24, 20, 7);
        RejectedPictureException rejection = rejection(Arrays.copyOf(jpeg, jpeg.length - 2));
        assertThat(rejection.errorClass()).isEqualTo(ErrorClass.TRUNCATED);
        assertThat(rejection).hasMessage("the JPEG data end too early, after " + (jpeg.length - 2) + " bytes");
    }

    @Test
    void truncatedWebpIsRejected() {
        byte[] webp = TestPictures.byOpenCv(".webp", 40, 30, CV_8UC3, 50, 100, 200);
        assertThat(rejection(Arrays.copyOf(webp, webp.length - 3)).errorClass()).isEqualTo(ErrorClass.TRUNCATED);
    }

    @Test
    void hugeHeaderIsRejectedBeforeDecoding() {
        RejectedPictureException png = rejection(TestPictures.pngHeader(60_000, 60_000));
        assertThat(png.errorClass()).isEqualTo(ErrorClass.TOO_MANY_PIXELS);
        assertThat(png)
                .hasMessage("the PNG header announces 60000 x 60000 pixels, allowed are 100000000 in all"
                        + " (limits.maxPicturePixels)");
        assertThat(rejection(TestPictures.jpegHeader(60_000, 60_000)).errorClass())
                .isEqualTo(ErrorClass.TOO_MANY_PIXELS);
        assertThat(rejection(TestPictures.pngHeader(0, 5)).errorClass()).isEqualTo(ErrorClass.CORRUPT);
        assertThat(rejection(TestPictures.pngHeader(-5, 5)).errorClass()).isEqualTo(ErrorClass.CORRUPT);
    }

    @Test
    void limitsAreInclusive() throws Exception {
        byte[] png = TestPictures.plain("png", 10, 10, ORANGE);
        new PictureDecoder(new PictureLimits(png.length, 100)).decode(png).close();
        assertThat(rejection(new PictureDecoder(new PictureLimits(png.length - 1, 100)), png)
                        .errorClass())
                .isEqualTo(ErrorClass.TOO_LARGE_BYTES);
        assertThat(rejection(new PictureDecoder(new PictureLimits(png.length, 99)), png)
                        .errorClass())
                .isEqualTo(ErrorClass.TOO_MANY_PIXELS);
    }

    @Test
    void whatIsNoPictureIsRejectedWithItsFirstBytes() {
        RejectedPictureException text = rejection("hello, I am text".getBytes(StandardCharsets.UTF_8));
        assertThat(text.errorClass()).isEqualTo(ErrorClass.NOT_A_PICTURE);
        assertThat(text)
                .hasMessage("not a recognized picture format (JPEG, PNG, GIF, BMP, WebP, TIFF); first bytes: 68 65 6c"
                        + " 6c 6f 2c 20 49");
        assertThat(rejection(new byte[0]).errorClass()).isEqualTo(ErrorClass.EMPTY);
        assertThat(rejection(new byte[1]).errorClass()).isEqualTo(ErrorClass.NOT_A_PICTURE);
        assertThat(rejection("\0\0\0\u0018ftypheic".getBytes(StandardCharsets.US_ASCII))
                        .errorClass())
                .isEqualTo(ErrorClass.UNSUPPORTED_FORMAT);
    }

    @Test
    void damagedDataAreCorrupt() {
        byte[] png = TestPictures.noise("png", 24, 20, 7);
        png[png.length / 2] ^= 0x55;
        assertThat(rejection(png).errorClass()).isEqualTo(ErrorClass.CORRUPT);
    }

    @Test
    void floatingPointSamplesAreUnsupported() {
        byte[] tiff = TestPictures.byOpenCv(".tiff", 8, 8, CV_32FC3, 0.5, 0.5, 0.5);
        assertThat(rejection(tiff).errorClass()).isEqualTo(ErrorClass.UNSUPPORTED_FORMAT);
    }

    private RejectedPictureException rejection(byte[] encoded) {
        return rejection(decoder, encoded);
    }

    private static RejectedPictureException rejection(PictureDecoder decoder, byte[] encoded) {
        RejectedPictureException rejection = catchThrowableOfType(
                RejectedPictureException.class, () -> decoder.decode(encoded).close());
        assertThat(rejection).isNotNull();
        return rejection;
    }
}
