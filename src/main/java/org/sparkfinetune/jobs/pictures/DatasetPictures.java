package org.sparkfinetune.jobs.pictures;

import java.util.Collection;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.inference.forward.PictureResult;
import org.sparkfinetune.jobs.run.JobContext;

/** The pictures of a dataset, as every job after shard reads them. */
public final class DatasetPictures {
    private DatasetPictures() {}

    /**
     * Reads rows of {@link DatasetSchema#PICTURES}.
     *
     * @param splits splits that are not empty
     */
    public static Dataset<Row> read(JobContext context, Path dataset, Collection<Split> splits) {
        String[] folders = splits.stream()
                .map(split -> DatasetDescription.splitFolder(dataset, split).toString())
                .toArray(String[]::new);
        return context.spark().read().schema(DatasetSchema.PICTURES).parquet(folders);
    }

    /**
     * Requires the outputs of a picture. Shard has decoded all pictures, so one that is rejected now was damaged since.
     *
     * @param path path of the picture
     */
    public static <T> PictureResult.Done<T> requireDone(PictureResult<T> outcome, String path) {
        if (outcome instanceof PictureResult.Rejected<T> refused) {
            throw damaged(path, refused.message());
        }
        return (PictureResult.Done<T>) outcome;
    }

    /** The error for a picture that shard could decode, but that cannot be decoded now. */
    public static BadDataException damaged(String path, String why) {
        return new BadDataException(
                path,
                "is in the dataset but can no longer be decoded (" + why
                        + "); the dataset is damaged, make it again with overwrite: true");
    }
}
