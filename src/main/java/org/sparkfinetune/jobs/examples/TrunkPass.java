package org.sparkfinetune.jobs.examples;

import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.Outcome;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.run.JobContext;
import scala.Tuple2;

/**
 * Pictures of a dataset through the frozen trunk: decoded and run forward by the tasks that read them, each time the result is
 * asked for.
 *
 * @param dataset its folder
 * @param engine the trunk; its outputs are the boundary
 * @param batchSize pictures in one forward pass
 */
public record TrunkPass(JobContext context, Path dataset, EngineSpec engine, int batchSize) {

    /** The pictures of a split, numbered; the caller closes them. */
    DatasetExamples examples(String split) {
        return new DatasetExamples(context, dataset, split);
    }

    /** Index and activations of pictures. */
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

    private static Tuple2<Long, LabelledActivations> example(Outcome<Tuple2<Long, LabelledPicture>> outcome) {
        LabelledPicture picture = outcome.source()._2();
        float[][] activations =
                DatasetPictures.requireDone(outcome, picture.path()).activations();
        return new Tuple2<>(outcome.source()._1(), LabelledActivations.of(picture.label(), activations));
    }
}
