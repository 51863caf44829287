package org.sparkfinetune.data.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The picture formats that are decoded, recognized by their first bytes. */
public enum PictureFormat {
    JPEG(new JpegStructure(), false, "\u00FF\u00D8\u00FF"),
    PNG(new PngStructure(), true, "\u0089PNG\r\n\u001A\n"),
    GIF(new GifStructure(), true, "GIF87a", "GIF89a"),
    BMP(new BmpStructure(), true, "BM"),
    WEBP(new WebpStructure(), false, "RIFF????WEBP"),
    TIFF(new TiffStructure(), true, "II*\0", "MM\0*");

    private static final String[] KNOWN_BUT_UNSUPPORTED = {
        "????ftyp", "8BPS", "\0\0\0\u000CjP  ", "II+\0", "MM\0+", "%PDF"
    };

    private final transient PictureStructure structure;
    private final boolean lossless;
    private final String[] magic;

    PictureFormat(PictureStructure structure, boolean lossless, String... magic) {
        this.structure = structure;
        this.lossless = lossless;
        this.magic = magic;
    }

    /** Returns whether pictures in this format are usually drawings, scans or masks, which JPEG would blur. */
    public boolean isLossless() {
        return lossless;
    }

    /**
     * Reads format and size.
     *
     * @throws RejectedPictureException when the bytes are not a picture, are of an unsupported format, or end within
     *     the header
     */
    public static PictureHeader headerOf(byte[] encoded) throws RejectedPictureException {
        PictureFormat format = of(encoded);
        try {
            int[] size = format.structure.size(ByteBuffer.wrap(encoded));
            int bits = format.structure.bitsPerSample(ByteBuffer.wrap(encoded));
            return new PictureHeader(format, size[0], size[1], bits);
        } catch (BufferUnderflowException end) {
            throw truncated(format, encoded);
        }
    }

    /** Rejects pictures whose data end too early. */
    public void checkWhole(byte[] encoded) throws RejectedPictureException {
        try {
            if (!structure.isWhole(ByteBuffer.wrap(encoded))) {
                throw truncated(this, encoded);
            }
        } catch (BufferUnderflowException end) {
            throw truncated(this, encoded);
        }
    }

    private static PictureFormat of(byte[] encoded) throws RejectedPictureException {
        for (PictureFormat format : values()) {
            for (String magic : format.magic) {
                if (startsWith(encoded, magic)) {
                    return format;
                }
            }
        }
        for (String magic : KNOWN_BUT_UNSUPPORTED) {
            if (startsWith(encoded, magic)) {
                throw new RejectedPictureException(
                        ErrorClass.UNSUPPORTED_FORMAT,
                        "HEIF, AVIF, JPEG 2000, PSD, BigTIFF and PDF are not decoded; convert it to JPEG or PNG");
            }
        }
        throw new RejectedPictureException(
                ErrorClass.NOT_A_PICTURE,
                "not a recognized picture format (JPEG, PNG, GIF, BMP, WebP, TIFF); first bytes: "
                        + firstBytes(encoded));
    }

    /** A question mark stands for any byte. */
    private static boolean startsWith(byte[] encoded, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.ISO_8859_1);
        boolean matches = encoded.length >= expected.length;
        for (int i = 0; matches && i < expected.length; i++) {
            matches = expected[i] == '?' || expected[i] == encoded[i];
        }
        return matches;
    }

    private static RejectedPictureException truncated(PictureFormat format, byte[] encoded) {
        return new RejectedPictureException(
                ErrorClass.TRUNCATED, "the " + format + " data end too early, after " + encoded.length + " bytes");
    }

    private static String firstBytes(byte[] encoded) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < Math.min(8, encoded.length); i++) {
            hex.append(String.format(Locale.ROOT, i == 0 ? "%02x" : " %02x", encoded[i]));
        }
        return hex.toString();
    }
}
