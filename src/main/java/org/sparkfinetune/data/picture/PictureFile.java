package org.sparkfinetune.data.picture;

import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;

/**
 * A picture as its collection lists it; whether it is one shows when it is decoded.
 *
 * @param path path with scheme, which identifies the picture in every table
 * @param length length in bytes, {@link #UNKNOWN_LENGTH} when it is not known without reading
 * @param version number that changes with the content: milliseconds since 1970 for a file, a hash for a row of a table
 * @param tags label, split and group, as far as the collection gives them
 * @param bytes place of the encoded bytes
 */
public record PictureFile(String path, long length, long version, PictureTags tags, PictureBytes bytes)
        implements Serializable {
    /** An unknown length. */
    public static final long UNKNOWN_LENGTH = -1;

    public PictureFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(tags, "tags");
        Objects.requireNonNull(bytes, "bytes");
    }

    /**
     * Reads the encoded picture.
     *
     * @throws RejectedPictureException when it has more bytes than allowed, perhaps since it was listed, or cannot be
     *     read
     */
    public byte[] read(PictureLimits limits, Configuration configuration) throws RejectedPictureException {
        if (length != UNKNOWN_LENGTH) {
            limits.checkLength(length);
        }
        try {
            long most = Math.min(Integer.MAX_VALUE - 8L, limits.maxPictureBytes() + 1);
            byte[] encoded = bytes.read(this, most, configuration);
            limits.checkLength(encoded.length);
            return encoded;
        } catch (IOException e) {
            throw new RejectedPictureException(ErrorClass.UNREADABLE, "the file cannot be read: " + e.getMessage());
        }
    }

    /** Returns the picture without bytes of its own, for a listing that is kept. */
    public PictureFile listed() {
        return bytes instanceof PictureBytes.InRow
                ? new PictureFile(path, length, version, tags, new PictureBytes.Missing("a listing has no bytes"))
                : this;
    }

    /**
     * Returns a text that changes when a picture is added, removed, or gets new content or tags; independent of the
     * order.
     */
    public static String fingerprint(JavaRDD<PictureFile> files) {
        long sum = files.map(PictureFile::hash).fold(0L, Long::sum);
        return String.format("%016x", sum);
    }

    /** Returns 32 hexadecimal digits that change with the content or the tags of the picture. */
    public String key() {
        return Sha256.of(path + '\n' + length + '\n' + version + '\n' + tags).substring(0, 32);
    }

    private long hash() {
        return Long.parseUnsignedLong(key().substring(0, 16), 16);
    }
}
