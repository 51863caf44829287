package org.sparkfinetune.jobs;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;

/**
 * Pictures that are read in every epoch, and decoded, augmented and run through the trunk where they are trained on.
 *
 * @param splits by name, those that are not empty
 */
record PictureExamples(Map<String, DatasetExamples> splits) implements StageExamples<LabelledPicture> {

    /** The training and validation splits of the dataset that a trunk runs over. */
    static PictureExamples of(TrunkPass trunk, DatasetDescription description) {
        Map<String, DatasetExamples> splits = new TreeMap<>();
        splits.put(DatasetSchema.TRAIN, trunk.examples(DatasetSchema.TRAIN));
        if (description.pictures(DatasetSchema.VALIDATION) > 0) {
            splits.put(DatasetSchema.VALIDATION, trunk.examples(DatasetSchema.VALIDATION));
        }
        return new PictureExamples(splits);
    }

    @Override
    public JavaPairRDD<Long, LabelledPicture> train(int epoch) {
        return splits.get(DatasetSchema.TRAIN).pictures(epoch);
    }

    @Override
    public Optional<JavaPairRDD<Long, LabelledPicture>> validation() {
        return Optional.ofNullable(splits.get(DatasetSchema.VALIDATION)).map(DatasetExamples::sorted);
    }

    @Override
    public void close() {
        splits.values().forEach(DatasetExamples::close);
    }
}
