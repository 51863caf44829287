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
 * Finds JPEGs whose data were cut off and ended with a proper end marker: cameras and repair tools leave them. Decoders fill what is
 * missing with grey and only warn, and OpenCV hides the warning. So a picture that is exactly that grey in a corner is decoded once
 * more by ImageIO, which tells. (A progressive JPEG without its last scans is found by {@link JpegStructure}.)
 */
final class CutJpeg {
    private static final int FILLED_WITH = 128;
    private static final int BLOCK = 8;

    private CutJpeg() {}

    /** @param pixels of the picture, after OpenCV turned it */
    static boolean isCut(byte[] encoded, Mat pixels) {
        return hasFilledCorner(pixels) && warnsOfTheEnd(encoded);
    }

    /** What is missing is at the end of the data, which is one of the corners once the picture is upright. */
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
            return true; // OpenCV forgave more than ImageIO does, and a corner is missing
        } finally {
            reader.dispose();
        }
    }
}
