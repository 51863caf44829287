package org.sparkfinetune.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures made in memory, so that none has to be committed. */
public final class TestPictures {
    private TestPictures() {}

    /** One colour, encoded by ImageIO: jpg, png, bmp, gif or tiff. */
    public static byte[] plain(String format, int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return encoded(image, format);
    }

    /** Coloured noise, different for each seed. */
    public static byte[] noise(String format, int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return encoded(image, format);
    }

    /** By ImageIO. */
    public static byte[] encoded(BufferedImage image, String format) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("ImageIO cannot write this as " + format);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By OpenCV: any type of matrix, filled with one value a channel. */
    public static byte[] byOpenCv(String extension, int width, int height, int type, double... values) {
        double[] four = Arrays.copyOf(values, 4);
        try (Scalar scalar = new Scalar(four[0], four[1], four[2], four[3]);
                Mat pixels = new Mat(height, width, type, scalar);
                BytePointer buffer = new BytePointer()) {
            if (!opencv_imgcodecs.imencode(extension, pixels, buffer)) {
                throw new IllegalArgumentException("OpenCV cannot write this as " + extension);
            }
            byte[] bytes = new byte[(int) buffer.limit()];
            buffer.get(bytes);
            return bytes;
        }
    }

    /** A JPEG with an EXIF block that says how it is to be turned, 1 to 8. */
    public static byte[] withOrientation(byte[] jpeg, int orientation) {
        byte[] exif = exif(orientation);
        byte[] marker = ByteBuffer.allocate(10)
                .putShort((short) 0xFFE1)
                .putShort((short) (8 + exif.length))
                .put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1))
                .array();
        return joined(Arrays.copyOf(jpeg, 2), marker, exif, Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** A PNG, WebP or TIFF of OpenCV's that says how it is to be turned, 1 to 8. */
    public static byte[] withOrientation(String extension, byte[] picture, int orientation) {
        byte[] exif = exif(orientation);
        return switch (extension) {
            case ".png" -> pngWithExif(picture, exif);
            case ".webp" -> webpWithExif(picture, exif);
            default -> tiffWithOrientation(picture, orientation);
        };
    }

    /** A TIFF header and a directory with one entry, the orientation. */
    private static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put("MM\0*".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte[] pngWithExif(byte[] png, byte[] exif) {
        int afterHeader = 33;
        CRC32 checksum = new CRC32();
        checksum.update("eXIf".getBytes(StandardCharsets.US_ASCII));
        checksum.update(exif);
        byte[] chunk = ByteBuffer.allocate(12 + exif.length)
                .putInt(exif.length)
                .put("eXIf".getBytes(StandardCharsets.US_ASCII))
                .put(exif)
                .putInt((int) checksum.getValue())
                .array();
        return joined(Arrays.copyOf(png, afterHeader), chunk, Arrays.copyOfRange(png, afterHeader, png.length));
    }

    /** A simple WebP becomes an extended one: a header chunk before the picture, the EXIF chunk behind it. */
    private static byte[] webpWithExif(byte[] webp, byte[] exif) {
        byte[] picture = Arrays.copyOfRange(webp, 12, webp.length);
        ByteBuffer out =
                ByteBuffer.allocate(12 + 18 + picture.length + 8 + exif.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
        out.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(8);
        out.put(new byte[] {31, 0, 0, 47, 0, 0}).put(picture); // 32 x 48, less one each
        out.put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length).put(exif);
        return out.array();
    }

    /** The directory is written anew at the end, with one entry more. */
    private static byte[] tiffWithOrientation(byte[] tiff, int orientation) {
        ByteBuffer in = ByteBuffer.wrap(tiff).order(ByteOrder.LITTLE_ENDIAN);
        int directory = in.getInt(4);
        int entries = in.getShort(directory);
        ByteBuffer out =
                ByteBuffer.allocate(tiff.length + 2 + 12 * (entries + 1) + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.put(tiff).putInt(4, tiff.length).putShort((short) (entries + 1));
        boolean written = false;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (!written && (in.getShort(entry) & 0xFFFF) >= 274) {
                out.putShort((short) 274).putShort((short) 3).putInt(1).putInt(orientation);
                written = true;
            }
            if ((in.getShort(entry) & 0xFFFF) != 274) {
                out.put(tiff, entry, 12);
            } else {
                out.putShort(tiff.length, (short) entries);
            }
        }
        return Arrays.copyOf(out.putInt(0).array(), out.position());
    }

    /** The same picture in another format. */
    public static byte[] convertedByOpenCv(byte[] picture, String extension, int... parameters) {
        try (BytePointer bytes = new BytePointer(picture);
                Mat data = new Mat(1, picture.length, opencv_core.CV_8UC1, bytes);
                Mat pixels = opencv_imgcodecs.imdecode(data, opencv_imgcodecs.IMREAD_COLOR);
                IntPointer flags = new IntPointer(parameters);
                BytePointer buffer = new BytePointer()) {
            if (!opencv_imgcodecs.imencode(extension, pixels, buffer, flags)) {
                throw new IllegalArgumentException("OpenCV cannot write this as " + extension);
            }
            byte[] encoded = new byte[(int) buffer.limit()];
            buffer.get(encoded);
            return encoded;
        }
    }

    /** The same picture as a progressive JPEG. */
    public static byte[] progressive(byte[] picture) {
        return convertedByOpenCv(picture, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1);
    }

    /** A PNG signature and header, and nothing else. */
    public static byte[] pngHeader(int width, int height) {
        byte[] header = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 checksum = new CRC32();
        checksum.update(header);
        return ByteBuffer.allocate(33)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(header)
                .putInt((int) checksum.getValue())
                .array();
    }

    /** A JPEG start and frame header, and nothing else. */
    public static byte[] jpegHeader(int width, int height) {
        return ByteBuffer.allocate(23)
                .put(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xC0, 0, 17, 8})
                .putShort((short) height)
                .putShort((short) width)
                .put(new byte[] {3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0})
                .array();
    }

    /** One array after the other. */
    public static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }
}
