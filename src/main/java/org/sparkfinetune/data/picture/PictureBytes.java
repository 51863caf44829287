package org.sparkfinetune.data.picture;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The place of the encoded bytes of a picture. */
public sealed interface PictureBytes extends Serializable {
    /**
     * Reads at most {@code limit} bytes.
     *
     * @throws IOException when the file system refuses
     */
    byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException;

    /** A file that holds one picture, at {@link PictureFile#path}. */
    record WholeFile() implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) throws IOException {
            try (FSDataInputStream in = open(picture.path(), configuration)) {
                return in.readNBytes((int) limit);
            }
        }
    }

    /**
     * A range of a larger file, such as an entry of a tar.
     *
     * @param container path of the larger file
     * @param offset first byte; the length is that of the picture
     */
    record ByteRange(String container, long offset) implements PictureBytes {
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

    /** A row of a table; the bytes travel with the picture. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; listings that are compared carry no bytes
    record InRow(byte[] encoded) implements PictureBytes {
        @Override
        public byte[] read(PictureFile picture, long limit, Configuration configuration) {
            return encoded;
        }
    }

    /**
     * No bytes: the picture is listed but does not exist.
     *
     * @param reason reason for the user
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

    /**
     * Opens without looking for a checksum file, which photos do not have: that costs time, and fails for names with a
     * colon.
     */
    private static FileSystem withoutChecksums(FileSystem fileSystem) {
        return fileSystem instanceof ChecksumFileSystem local ? local.getRawFileSystem() : fileSystem;
    }
}
