package org.sparkfinetune.jobs.pictures;

import static org.apache.spark.sql.functions.col;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.ThumbnailJpeg;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.SparkFailures;
import scala.Tuple2;

/**
 * Thumbnails of some mistakes for a page. The result of a job does not depend on them: unreadable pictures are left out
 * and reported.
 *
 * @param split split of the pictures
 */
public record Thumbnails(JobContext context, Path dataset, Split split) {
    /** JPEG files by path. */
    public Map<String, byte[]> of(List<RunReport.Mistake> mistakes) {
        if (mistakes.isEmpty()) {
            return Map.of();
        }
        Object[] paths =
                mistakes.stream().map(RunReport.Mistake::path).distinct().toArray();
        Map<String, byte[]> found = new HashMap<>();
        try {
            DatasetPictures.read(context, dataset, List.of(split))
                    .filter(col(DatasetSchema.PATH).isin(paths))
                    .select(DatasetSchema.PATH, DatasetSchema.IMAGE)
                    .toJavaRDD()
                    .map(row -> new Tuple2<>(
                            row.getString(0),
                            ThumbnailJpeg.of(row.<byte[]>getAs(1)).orElse(null)))
                    .collect()
                    .forEach(picture -> found.put(picture._1(), picture._2()));
        } catch (RuntimeException e) {
            RuntimeException translated = SparkFailures.translate(e, dataset.toString());
            if (!(translated instanceof FinetuneException)) {
                throw translated;
            }
            context.progress().tell("no thumbnails in " + JobOutput.HTML + ": " + translated.getMessage());
        }
        found.values().removeIf(jpeg -> jpeg == null);
        return found;
    }
}
