package org.sparkfinetune.data;

import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.Sha256;

/**
 * The fused task: one picture is read once, hashed, checked, decoded once, and resized when the policy says so. From a
 * listed file to a row of {@link DatasetSchema#CHECKED}.
 */
public final class PictureCheck implements Function<PictureFile, Row> {
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
    public Row call(PictureFile file) {
        seen.add(1);
        String path = file.path();
        int label = file.label();
        String sha256 = null;
        try {
            byte[] encoded = file.read(limits, configuration.value().value());
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
                        file.length(),
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
                    file.length(),
                    rejected.getMessage(),
                    rejected.errorClass().name());
        }
    }
}
