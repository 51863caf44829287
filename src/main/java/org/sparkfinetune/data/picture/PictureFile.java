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
 * What should be a picture, as a collection lists it.
 *
 * @param path with scheme; names it in every table, and is that of its file when it has one
 * @param length bytes, {@link #UNKNOWN_LENGTH} when it cannot be known without reading
 * @param version changes when the picture is written anew: milliseconds since 1970 for a file, a hash for a row of a table
 * @param tags label, split and group, as far as the collection tells
 * @param bytes where to read it
 */
public record PictureFile(String path, long length, long version, PictureTags tags, PictureBytes bytes)
        implements Serializable {
    /** Stands for a length that is not known. */
    public static final long UNKNOWN_LENGTH = -1;

    public PictureFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(tags, "tags");
        Objects.requireNonNull(bytes, "bytes");
    }

    /**
     * The encoded picture.
     *
     * @throws RejectedPictureException when it breaks the limit on bytes, also by growing since it was listed, or cannot be read
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

    /** The same picture without bytes that travel with it: what a listing keeps. */
    public PictureFile listed() {
        return bytes instanceof PictureBytes.InRow
                ? new PictureFile(path, length, version, tags, new PictureBytes.Missing("a listing has no bytes"))
                : this;
    }

    /** Changes when a picture is added, removed, written anew or tagged anew; does not depend on the order of listing. */
    public static String fingerprint(JavaRDD<PictureFile> files) {
        long sum = files.map(PictureFile::hash).fold(0L, Long::sum);
        return String.format("%016x", sum);
    }

    /** 32 hexadecimal digits that differ when the picture was written or tagged anew. */
    public String key() {
        return Sha256.of(path + '\n' + length + '\n' + version + '\n' + tags).substring(0, 32);
    }

    private long hash() {
        return Long.parseUnsignedLong(key().substring(0, 16), 16);
    }
}
