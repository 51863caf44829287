package org.sparkfinetune.data.picture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.JpegStructure;

/**
 * Finds JPEGs whose data are truncated but end with a valid end marker, as cameras and repair tools write them.
 * Decoders fill the missing part with grey and only warn, and OpenCV hides the warning. So a picture with exactly this
 * grey in a corner is decoded once more by ImageIO, which reports the warning. ({@link JpegStructure} finds progressive
 * JPEGs without their last scans.)
 */
final class CutJpeg {
    private static final int FILLED_WITH = 128;
    private static final int BLOCK = 8;

    private CutJpeg() {}

    /** @param pixels pixels of the picture, after OpenCV rotated it */
    static boolean isCut(byte[] encoded, Mat pixels) {
        return hasFilledCorner(pixels) && warnsOfTheEnd(encoded);
    }

    /** The end of the data is missing, which is one of the corners of the upright picture. */
    private static boolean hasFilledCorner(Mat pixels) {
        int bottom = Math.max(0, pixels.rows() - BLOCK);
        int right = Math.max(0, pixels.cols() - BLOCK);
        return isFilled(pixels, bottom, right)
                || isFilled(pixels, bottom, 0)
                || isFilled(pixels, 0, right)
                || isFilled(pixels, 0, 0);
    }

    private static boolean isFilled(Mat pixels, int top, int left) {
        byte[] row = new byte[3 * Math.min(BLOCK, pixels.cols())];
        for (int y = top; y < Math.min(pixels.rows(), top + BLOCK); y++) {
            pixels.ptr(y, left).get(row);
            for (byte sample : row) {
                if ((sample & 0xFF) != FILLED_WITH) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean warnsOfTheEnd(byte[] encoded) {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        AtomicBoolean cut = new AtomicBoolean();
        IIOReadWarningListener listener = (source, warning) ->
                cut.compareAndSet(false, warning.toLowerCase(Locale.ROOT).contains("premature end"));
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            reader.addIIOReadWarningListener(listener);
            reader.setInput(stream, true, true);
            ImageReadParam small = reader.getDefaultReadParam();
            small.setSourceSubsampling(BLOCK, BLOCK, 0, 0);
            // As a raster: no colours are converted, and CMYK is read too.
            reader.readRaster(0, small);
            return cut.get();
        } catch (IOException | RuntimeException refused) {
            return true; // OpenCV accepts more than ImageIO does, and a corner is missing
        } finally {
            reader.dispose();
        }
    }
}
