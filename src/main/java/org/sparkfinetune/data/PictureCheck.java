package org.sparkfinetune.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, Integer> labels;
    private final PictureLimits limits;
    private final ResizePolicy resize;
    private final LongAccumulator seen;

    /**
     * @param labelNames the label of a picture is the place of its name here
     * @param seen counts the pictures for the progress display
     */
    public PictureCheck(
            Broadcast<SerializableConfiguration> configuration,
            List<String> labelNames,
            PictureLimits limits,
            ResizePolicy resize,
            LongAccumulator seen) {
        this.configuration = configuration;
        this.labels = new HashMap<>();
        labelNames.forEach(name -> labels.put(name, labels.size()));
        this.limits = limits;
        this.resize = resize;
        this.seen = seen;
    }

    @Override
    public Row call(PictureFile file) {
        seen.add(1);
        String sha256 = null;
        try {
            if (file.tags().labelName() == null && !(file.bytes() instanceof PictureBytes.Missing)) {
                throw new RejectedPictureException(ErrorClass.NO_LABEL, "the collection gives it no label");
            }
            byte[] encoded = file.read(limits, configuration.value().value());
            sha256 = Sha256.of(encoded);
            try (Picture picture = new PictureDecoder(limits).decode(encoded)) {
                PerceptualHash look = PerceptualHash.of(picture);
                return row(file, sha256, resize.apply(picture, encoded), look, null);
            }
        } catch (RejectedPictureException rejected) {
            return row(file, sha256, null, null, rejected);
        }
    }

    /** Either a stored picture and its look, or the reason why there is none. */
    private Row row(
            PictureFile file,
            String sha256,
            ResizePolicy.Stored stored,
            PerceptualHash look,
            RejectedPictureException rejected) {
        boolean good = stored != null;
        return RowFactory.create(
                file.path(),
                good ? stored.image() : null,
                good ? stored.width() : null,
                good ? stored.height() : null,
                labels.get(file.tags().labelName()),
                file.tags().labelName(),
                sha256,
                good ? (long) stored.image().length : null,
                file.length(),
                file.version(),
                file.tags().split(),
                file.tags().group(),
                good ? look.difference() : null,
                good ? look.meanColour() : null,
                good ? null : rejected.getMessage(),
                good ? null : rejected.errorClass().name());
    }
}
