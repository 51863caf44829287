package org.sparkfinetune.jobs.examples;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.Split;

/**
 * Examples that are read as pictures in every epoch, and decoded, augmented and run through the trunk by the workers.
 */
public final class PictureExamples implements StageExamples<LabelledPicture> {
    private final TrunkPass trunk;
    private final DatasetDescription description;
    private final DatasetExamples train;
    /** Null until first used, because the activations of this split may be kept elsewhere. */
    private DatasetExamples validation;

    /** The training and validation splits of the dataset that a trunk runs over. */
    public PictureExamples(TrunkPass trunk, DatasetDescription description) {
        this.trunk = trunk;
        this.description = description;
        this.train = trunk.examples(Split.TRAIN);
    }

    @Override
    public JavaPairRDD<Long, LabelledPicture> train(int epoch) {
        return train.pictures(epoch);
    }

    @Override
    public Optional<JavaPairRDD<Long, LabelledPicture>> validation() {
        if (description.pictures(Split.VALIDATION) == 0) {
            return Optional.empty();
        }
        if (validation == null) {
            validation = trunk.examples(Split.VALIDATION);
        }
        return Optional.of(validation.sorted());
    }

    @Override
    public void close() {
        train.close();
        if (validation != null) {
            validation.close();
        }
    }
}
