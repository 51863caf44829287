package org.sparkfinetune.data.dataset;

import java.io.Serializable;
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
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.Picture;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureDecoder;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.ResizePolicy;

/**
 * Turns a listed file into a row of {@link DatasetSchema#CHECKED}. The picture is read once, hashed, checked, decoded
 * once, and resized when the policy says so.
 */
public final class PictureCheck implements Function<PictureFile, Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> configuration;
    private final Map<String, Integer> labels;
    private final Policy policy;
    private final LongAccumulator seen;
    private final LongAccumulator nanos;

    /** The limits of pictures, and how they are stored. */
    public record Policy(PictureLimits limits, ResizePolicy resize) implements Serializable {}

    /**
     * @param labelNames names of the classes, in the order of their labels
     * @param seen counter of pictures for the progress display
     * @param nanos sum of the time of all tasks
     */
    public PictureCheck(
            Broadcast<SerializableConfiguration> configuration,
            List<String> labelNames,
            Policy policy,
            LongAccumulator seen,
            LongAccumulator nanos) {
        this.configuration = configuration;
        this.labels = new HashMap<>();
        labelNames.forEach(name -> labels.put(name, labels.size()));
        this.policy = policy;
        this.seen = seen;
        this.nanos = nanos;
    }

    @Override
    public Row call(PictureFile file) {
        long start = System.nanoTime();
        Row row = check(file);
        seen.add(1);
        nanos.add(System.nanoTime() - start);
        return row;
    }

    private Row check(PictureFile file) {
        String sha256 = null;
        try {
            if (file.tags().labelName() == null && !(file.bytes() instanceof PictureBytes.Missing)) {
                throw new RejectedPictureException(ErrorClass.NO_LABEL, "the collection gives it no label");
            }
            byte[] encoded = file.read(policy.limits(), configuration.value().value());
            sha256 = Sha256.of(encoded);
            try (Picture picture = new PictureDecoder(policy.limits()).decode(encoded)) {
                return row(file, sha256, policy.resize().apply(picture, encoded), null);
            }
        } catch (RejectedPictureException rejected) {
            return row(file, sha256, null, rejected);
        }
    }

    /** Returns either a stored picture, or the reason why it is rejected. */
    private Row row(PictureFile file, String sha256, ResizePolicy.Stored stored, RejectedPictureException rejected) {
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
                good ? stored.look().difference() : null,
                good ? stored.look().meanColour() : null,
                good ? null : rejected.getMessage(),
                good ? null : rejected.errorClass().name());
    }
}
