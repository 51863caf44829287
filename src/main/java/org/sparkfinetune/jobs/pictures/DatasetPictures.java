package org.sparkfinetune.jobs.pictures;

import java.util.Collection;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.inference.forward.Outcome;
import org.sparkfinetune.jobs.run.JobContext;

/** The pictures of a dataset, as every job after shard reads them. */
public final class DatasetPictures {
    private DatasetPictures() {}

    /**
     * Rows of {@link DatasetSchema#PICTURES}.
     *
     * @param splits that are not empty
     */
    public static Dataset<Row> read(JobContext context, Path dataset, Collection<String> splits) {
        String[] folders = splits.stream()
                .map(split -> DatasetDescription.splitFolder(dataset, split).toString())
                .toArray(String[]::new);
        return context.spark().read().schema(DatasetSchema.PICTURES).parquet(folders);
    }

    /**
     * What the network made of a picture. Shard has decoded each of them, so one that is refused now was damaged since.
     *
     * @param path of the picture
     */
    public static <T> Outcome.Done<T> requireDone(Outcome<T> outcome, String path) {
        if (outcome instanceof Outcome.Refused<T> refused) {
            throw damaged(path, refused.message());
        }
        return (Outcome.Done<T>) outcome;
    }

    /** What to tell of a picture that shard has decoded and that cannot be decoded now. */
    public static BadDataException damaged(String path, String why) {
        return new BadDataException(
                path,
                "is in the dataset but cannot be decoded any more (" + why
                        + "); the dataset is damaged, make it again with overwrite: true");
    }
}
