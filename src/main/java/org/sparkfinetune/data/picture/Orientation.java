package org.sparkfinetune.data.picture;

import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bytedeco.opencv.opencv_core.Mat;
import org.sparkfinetune.data.format.PictureFormat;
import org.sparkfinetune.data.format.PictureStructure;
import org.sparkfinetune.data.format.TiffStructure;

/**
 * The orientation in the EXIF block of a PNG or WebP. (OpenCV itself applies that of JPEG and TIFF.) 1 is upright; the
 * values 2 to 8 are those of EXIF 2.3, tag 274.
 */
final class Orientation {
    private static final int UPRIGHT = 1;
    private static final int TAG = 274;
    private static final int PNG_EXIF = 0x65584966;
    private static final int PNG_END = 0x49454E44;
    private static final int WEBP_EXIF = 0x46495845; // little-endian
    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private Orientation() {}

    /** Returns 1 to 8; 1 when the value is absent or invalid. */
    static int of(byte[] encoded, PictureFormat format) {
        try {
            ByteBuffer exif =
                    switch (format) {
                        case PNG -> inPng(ByteBuffer.wrap(encoded));
                        case WEBP -> inWebp(ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN));
                        default -> ByteBuffer.allocate(0);
                    };
            int value = exif.hasRemaining() ? (int) TiffStructure.firstValue(withoutPrefix(exif), TAG) : UPRIGHT;
            return value >= 1 && value <= 8 ? value : UPRIGHT;
        } catch (BufferUnderflowException | IllegalArgumentException damagedExif) {
            return UPRIGHT; // the picture itself may be intact
        }
    }

    private static ByteBuffer inPng(ByteBuffer data) {
        PictureStructure.skip(data, 8);
        while (data.hasRemaining()) {
            long length = PictureStructure.unsignedInt(data);
            int type = data.getInt();
            if (type == PNG_EXIF) {
                return data.slice(data.position(), (int) Math.min(length, data.remaining()));
            }
            if (type == PNG_END) {
                break;
            }
            PictureStructure.skip(data, length + 4);
        }
        return ByteBuffer.allocate(0);
    }

    private static ByteBuffer inWebp(ByteBuffer data) {
        PictureStructure.skip(data, 12);
        while (data.remaining() >= 8) {
            int type = data.getInt();
            long length = PictureStructure.unsignedInt(data);
            if (type == WEBP_EXIF) {
                return data.slice(data.position(), (int) Math.min(length, data.remaining()));
            }
            PictureStructure.skip(data, Math.min(data.remaining(), length + (length & 1)));
        }
        return ByteBuffer.allocate(0);
    }

    private static ByteBuffer withoutPrefix(ByteBuffer exif) {
        boolean prefixed =
                exif.remaining() > PREFIX.length && exif.slice(0, PREFIX.length).equals(ByteBuffer.wrap(PREFIX));
        return prefixed ? exif.slice(PREFIX.length, exif.remaining() - PREFIX.length) : exif;
    }

    /** Returns the upright picture; closes {@code pixels} unless it is the result. */
    static Mat upright(Mat pixels, int orientation) {
        if (orientation == UPRIGHT) {
            return pixels;
        }
        try (pixels) {
            Mat turned = new Mat();
            if (orientation >= 5) {
                transpose(pixels, turned);
            } else {
                pixels.copyTo(turned);
            }
            switch (orientation) {
                case 2, 6 -> flip(turned, turned, 1);
                case 3, 7 -> flip(turned, turned, -1);
                case 4, 8 -> flip(turned, turned, 0);
                default -> {}
            }
            return turned;
        }
    }
}
