package org.sparkfinetune.data.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.testing.TestPictures;

class ThumbnailJpegTest {
    @Test
    void largePicturesAreShrunkAndKeepTheirShape() throws IOException {
        BufferedImage small = thumbnail(TestPictures.plain("png", 640, 320, Color.ORANGE));

        assertThat(small.getWidth()).isEqualTo(160);
        assertThat(small.getHeight()).isEqualTo(80);
    }

    @Test
    void smallPicturesStayAsTheyAre() throws IOException {
        BufferedImage small = thumbnail(TestPictures.plain("png", 32, 20, Color.ORANGE));

        assertThat(small.getWidth()).isEqualTo(32);
        assertThat(small.getHeight()).isEqualTo(20);
    }

    @Test
    void aLineOfPixelsIsStillAPicture() throws IOException {
        assertThat(thumbnail(TestPictures.plain("png", 2000, 1, Color.ORANGE)).getHeight())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeDecodedHasNone() {
        assertThat(ThumbnailJpeg.of("no picture".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(ThumbnailJpeg.of(new byte[0])).isEmpty();
    }

    private static BufferedImage thumbnail(byte[] picture) throws IOException {
        byte[] jpeg = ThumbnailJpeg.of(picture).orElseThrow();
        assertThat(jpeg.length).isLessThanOrEqualTo(ThumbnailJpeg.MOST_BYTES);
        assertThat(jpeg[0]).isEqualTo((byte) 0xFF);
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }
}
