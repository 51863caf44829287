package org.sparkfinetune.jobs.extract;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;

import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.FileOutcomes;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.PictureSource;
import org.sparkfinetune.jobs.run.JobContext;

/**
 * The rows of an existing table by the content of pictures instead of their paths: a copied or renamed picture reuses
 * the row of its content without running through the network again.
 *
 * @param ledger rows of {@link EmbeddingTable#LEDGER}
 * @param rows rows of {@link EmbeddingTable#finishedType}: the pictures of the ledger that were not rejected
 */
record KnownContents(Dataset<Row> ledger, Dataset<Row> rows) {
    private static final String FROM = "from";

    /** Whether there are no rows to reuse. */
    boolean isEmpty() {
        return originals().isEmpty();
    }

    /**
     * Pictures with the hash of the bytes that were decoded; those of a dataset, which have no length here, do not have
     * it.
     */
    private Dataset<Row> originals() {
        return new Ledger(ledger).kept().where(col(DatasetSchema.LENGTH).geq(0));
    }

    /**
     * Makes the rows of pictures whose content is known.
     *
     * @param pictures pictures of {@link #hashed}
     * @return rows of {@link EmbeddingTable#staged}
     */
    Dataset<Row> takenOver(EmbeddingTable table, Dataset<Row> pictures) {
        Dataset<Row> owners = originals()
                .groupBy(DatasetSchema.SHA256)
                .agg(min(DatasetSchema.PATH).as(FROM));
        Dataset<Row> found = pictures.join(owners, DatasetSchema.SHA256);
        Dataset<Row> wanted = found.select(col(FROM).as(DatasetSchema.PATH), col(DatasetSchema.SHA256))
                .distinct();
        // The table is much larger than the part that is reused, so it should not be shuffled.
        boolean few = wanted.count() <= PictureSources.MOST_KEYS_TO_SEND;
        Dataset<Row> contents = rows.join(
                        few ? broadcast(wanted) : wanted,
                        new String[] {DatasetSchema.PATH, DatasetSchema.SHA256},
                        "left_semi")
                .dropDuplicates(new String[] {DatasetSchema.SHA256});
        return table.stagedAgain(found, contents);
    }

    /**
     * Reads and hashes pictures; the caller unpersists the result.
     *
     * @return rows of {@link EmbeddingTable#LEDGER}, without unreadable pictures, which are rejected later
     */
    static Dataset<Row> hashed(
            JobContext context,
            JavaRDD<PictureSource> pictures,
            PictureLimits limits,
            Broadcast<SerializableConfiguration> hadoop) {
        JavaRDD<Row> rows = pictures.flatMap(
                picture -> hashed(picture, limits, hadoop.value().value()));
        return context.spark().createDataFrame(rows, EmbeddingTable.LEDGER).persist(StorageLevel.MEMORY_AND_DISK());
    }

    private static Iterator<Row> hashed(PictureSource picture, PictureLimits limits, Configuration hadoop) {
        PictureFile file = picture.file();
        try {
            String sha256 = Sha256.of(file.read(limits, hadoop));
            return List.of(RowFactory.create(
                            file.key(),
                            file.path(),
                            file.length(),
                            file.version(),
                            picture.label(),
                            picture.labelName(),
                            file.tags().split(),
                            file.tags().group(),
                            sha256,
                            FileOutcomes.KEPT))
                    .iterator();
        } catch (RejectedPictureException e) {
            return List.<Row>of().iterator();
        }
    }
}
