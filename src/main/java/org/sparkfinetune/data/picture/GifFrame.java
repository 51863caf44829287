package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;

/** The first frame of a GIF, transparent pixels white. This version of OpenCV does not decode GIF, the JDK does. */
final class GifFrame {
    private GifFrame() {}

    static Mat decode(byte[] encoded) throws RejectedPictureException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.setInput(stream, true, true);
            return toMat(reader.read(0));
        } catch (IOException | RuntimeException damaged) {
            throw new RejectedPictureException(
                    ErrorClass.CORRUPT, "the GIF cannot be decoded: " + damaged.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static Mat toMat(BufferedImage frame) {
        int width = frame.getWidth();
        Mat pixels = new Mat(frame.getHeight(), width, CV_8UC3);
        int[] in = new int[width];
        byte[] out = new byte[3 * width];
        for (int y = 0; y < frame.getHeight(); y++) {
            frame.getRGB(0, y, width, 1, in, 0, width);
            for (int x = 0; x < width; x++) {
                int alpha = in[x] >>> 24;
                for (int channel = 0; channel < 3; channel++) {
                    int sample = (in[x] >> (8 * channel)) & 0xFF;
                    out[3 * x + channel] = (byte) PictureDecoder.onWhite(sample, alpha);
                }
            }
            pixels.ptr(y).put(out);
        }
        return pixels;
    }
}
