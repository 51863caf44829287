package org.sparkfinetune.data;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.Sha256;

/**
 * A file that should be a picture, as its folder lists it.
 *
 * @param path with scheme
 * @param length bytes
 * @param modifiedAt milliseconds since 1970
 * @param label 0-based, {@link #NO_LABEL} when unknown
 */
public record PictureFile(String path, long length, long modifiedAt, int label) implements Serializable {
    /** Stands for an unknown label. */
    public static final int NO_LABEL = -1;

    /**
     * The whole file.
     *
     * @throws RejectedPictureException when it breaks the limit on bytes, also by growing since it was listed, or cannot be read
     */
    public byte[] read(PictureLimits limits, Configuration configuration) throws RejectedPictureException {
        limits.checkLength(length);
        Path file = new Path(path);
        try (FSDataInputStream in =
                withoutChecksums(file.getFileSystem(configuration)).open(file)) {
            byte[] encoded = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limits.maxPictureBytes() + 1));
            limits.checkLength(encoded.length);
            return encoded;
        } catch (IOException e) {
            throw new RejectedPictureException(ErrorClass.UNREADABLE, "the file cannot be read: " + e.getMessage());
        }
    }

    /** Photos have no checksum files beside them; looking for one costs time, and fails for names with a colon. */
    private static FileSystem withoutChecksums(FileSystem fileSystem) {
        return fileSystem instanceof ChecksumFileSystem local ? local.getRawFileSystem() : fileSystem;
    }

    /** Changes when a file is added, removed or written anew; does not depend on the order of listing. */
    public static String fingerprint(JavaRDD<PictureFile> files) {
        long sum = files.map(PictureFile::hash).fold(0L, Long::sum);
        return String.format("%016x", sum);
    }

    private long hash() {
        String digest = Sha256.of(path + '\n' + length + '\n' + modifiedAt + '\n' + label);
        return Long.parseUnsignedLong(digest.substring(0, 16), 16);
    }
}
