package org.sparkfinetune.data;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The fused task: one picture is read once, hashed, checked, decoded once, and resized when the policy says so. From a row of
 * {@link ClassFolders#pictures} to a row of {@link DatasetSchema#CHECKED}.
 */
public final class PictureCheck implements Function<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> configuration;
    private final List<String> labelNames;
    private final PictureLimits limits;
    private final ResizePolicy resize;
    private final LongAccumulator seen;

    /** @param seen counts the pictures for the progress display */
    public PictureCheck(
            Broadcast<SerializableConfiguration> configuration,
            List<String> labelNames,
            PictureLimits limits,
            ResizePolicy resize,
            LongAccumulator seen) {
        this.configuration = configuration;
        this.labelNames = List.copyOf(labelNames);
        this.limits = limits;
        this.resize = resize;
        this.seen = seen;
    }

    @Override
    public Row call(Row file) {
        seen.add(1);
        String path = file.getString(ClassFolders.PATH);
        long length = file.getLong(ClassFolders.LENGTH);
        int label = file.getInt(ClassFolders.LABEL);
        String sha256 = null;
        try {
            limits.checkLength(length);
            byte[] encoded = read(path, configuration.value().value());
            sha256 = Sha256.of(encoded);
            try (Picture picture = new PictureDecoder(limits).decode(encoded)) {
                ResizePolicy.Stored stored = resize.apply(picture, encoded);
                return RowFactory.create(
                        path,
                        stored.image(),
                        stored.width(),
                        stored.height(),
                        label,
                        labelNames.get(label),
                        sha256,
                        (long) stored.image().length,
                        length,
                        null,
                        null);
            }
        } catch (RejectedPictureException rejected) {
            return RowFactory.create(
                    path,
                    null,
                    null,
                    null,
                    label,
                    labelNames.get(label),
                    sha256,
                    null,
                    length,
                    rejected.getMessage(),
                    rejected.errorClass().name());
        }
    }

    private static byte[] read(String path, Configuration configuration) throws RejectedPictureException {
        Path file = new Path(path);
        try (FSDataInputStream in =
                withoutChecksums(file.getFileSystem(configuration)).open(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new RejectedPictureException(ErrorClass.UNREADABLE, "the file cannot be read: " + e.getMessage());
        }
    }

    /** Photos have no checksum files beside them; looking for one costs time, and fails for names with a colon. */
    private static FileSystem withoutChecksums(FileSystem fileSystem) {
        return fileSystem instanceof ChecksumFileSystem local ? local.getRawFileSystem() : fileSystem;
    }
}
