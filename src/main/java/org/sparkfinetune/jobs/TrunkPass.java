package org.sparkfinetune.jobs;

import java.util.Arrays;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.PictureLimits;
import org.sparkfinetune.inference.EngineSpec;
import org.sparkfinetune.inference.ForwardMeter;
import org.sparkfinetune.inference.Outcome;
import org.sparkfinetune.inference.PictureForward;
import scala.Tuple2;

/**
 * Pictures of a dataset through the frozen trunk: decoded and run forward by the tasks that read them, each time the result is
 * asked for.
 *
 * @param dataset its folder
 * @param engine the trunk; its outputs are the boundary
 * @param batchSize pictures in one forward pass
 */
record TrunkPass(JobContext context, Path dataset, EngineSpec engine, int batchSize) {

    /**
     * The encoded pictures of a split, numbered by the hash of their content, so a number means the same picture however the
     * files are split.
     *
     * @param count how many there are
     */
    JavaRDD<Tuple2<Row, Long>> pictures(String split, long count) {
        return DatasetPictures.read(context, dataset, java.util.List.of(split))
                .select(DatasetSchema.SHA256, DatasetSchema.PATH, DatasetSchema.LABEL, DatasetSchema.IMAGE)
                .toJavaRDD()
                .sortBy(row -> row.getString(0), true, context.tasks(count))
                .zipWithIndex()
                .map(pair -> pair);
    }

    /** Index and activations of pictures. */
    JavaPairRDD<Long, LabelledActivations> activations(JavaRDD<Tuple2<Row, Long>> pictures, ForwardMeter meter) {
        PictureForward<Tuple2<Row, Long>> forward = new PictureForward<>(
                engine,
                PictureLimits.DEFAULT,
                batchSize,
                picture -> picture._1().getAs(DatasetSchema.IMAGE),
                meter);
        return pictures.mapPartitions(forward).mapToPair(TrunkPass::example);
    }

    private static Tuple2<Long, LabelledActivations> example(Outcome<Tuple2<Row, Long>> outcome) {
        Row picture = outcome.source()._1();
        Outcome.Done<Tuple2<Row, Long>> done = DatasetPictures.requireDone(outcome, picture);
        byte[][] activations = Arrays.stream(done.activations())
                .map(LabelledActivations::bytes)
                .toArray(byte[][]::new);
        return new Tuple2<>(
                done.source()._2(), new LabelledActivations(picture.getAs(DatasetSchema.LABEL), activations));
    }
}
