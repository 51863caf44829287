package org.sparkfinetune.data.picture;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where the encoded bytes of a picture are. */
public sealed interface PictureBytes extends Serializable {
    /**
     * Reads at most {@code limit} bytes.
     *
     * @throws IOException when the file system refuses
     */
    byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException;

    /** A file of their own, named by {@link PictureFile#path}. */
    record WholeFile() implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException {
            try (FSDataInputStream in = open(picture.path(), configuration)) {
                return in.readNBytes((int) limit);
            }
        }
    }

    /**
     * A slice of a larger file, such as an entry of a tar.
     *
     * @param container path of the larger file
     * @param offset in bytes; the length is that of the picture
     */
    record Slice(String container, long offset) implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException {
            int wanted = (int) Math.min(limit, picture.length());
            try (FSDataInputStream in = open(container, configuration)) {
                in.seek(offset);
                byte[] bytes = in.readNBytes(wanted);
                if (bytes.length < wanted) {
                    throw new IOException(container + " ends before it");
                }
                return bytes;
            }
        }
    }

    /** A row of a table; they travel with the picture. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; listings that are compared carry no bytes
    record InRow(byte[] encoded) implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) {
            return encoded;
        }
    }

    /**
     * Nowhere: the listing found a picture named that is not there.
     *
     * @param reason in words
     */
    record Missing(String reason) implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException {
            throw new IOException(reason);
        }
    }

    private static FSDataInputStream open(String path, Configuration configuration) throws IOException {
        Path file = new Path(path);
        return withoutChecksums(file.getFileSystem(configuration)).open(file);
    }

    /** Photos have no checksum files beside them; looking for one costs time, and fails for names with a colon. */
    private static FileSystem withoutChecksums(FileSystem fileSystem) {
        return fileSystem instanceof ChecksumFileSystem local ? local.getRawFileSystem() : fileSystem;
    }
}
