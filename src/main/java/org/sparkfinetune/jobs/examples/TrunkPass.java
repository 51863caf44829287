package org.sparkfinetune.jobs.examples;

import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.inference.forward.PictureResult;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.run.JobContext;
import scala.Tuple2;

/**
 * Runs the pictures of a dataset through the frozen trunk. The tasks that read pictures decode them and run them
 * forward, at each use of the result.
 *
 * @param dataset folder of the dataset
 * @param engine engine of the trunk; its outputs are the boundary
 * @param batchSize number of pictures in one forward pass
 */
public record TrunkPass(JobContext context, Path dataset, EngineSpec engine, int batchSize) {

    /** The pictures of a split, numbered; the caller closes them. */
    DatasetExamples examples(Split split) {
        return new DatasetExamples(context, dataset, split);
    }

    /** Activations of pictures by number. */
    JavaPairRDD<Long, LabelledActivations> activations(DatasetExamples pictures, ForwardMeter meter) {
        PictureForward<Tuple2<Long, LabelledPicture>> forward = new PictureForward<>(
                engine,
                PictureLimits.DEFAULT,
                batchSize,
                picture -> picture._2().encoded(),
                meter);
        return pictures.sorted()
                .map(numbered -> numbered)
                .mapPartitions(forward)
                .mapToPair(TrunkPass::example);
    }

    private static Tuple2<Long, LabelledActivations> example(PictureResult<Tuple2<Long, LabelledPicture>> outcome) {
        LabelledPicture picture = outcome.source()._2();
        float[][] activations =
                DatasetPictures.requireDone(outcome, picture.path()).activations();
        return new Tuple2<>(outcome.source()._1(), LabelledActivations.of(picture.label(), activations));
    }
}
