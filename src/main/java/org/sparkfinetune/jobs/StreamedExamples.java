package org.sparkfinetune.jobs;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.inference.ForwardMeter;
import scala.Tuple2;

/** Examples whose pictures go through the trunk in every epoch; nothing but the pictures themselves is kept. */
final class StreamedExamples implements StageExamples {
    private final TrunkPass trunk;
    private final ForwardMeter meter;
    private final Optional<JavaRDD<Tuple2<Row, Long>>> train;
    private final Optional<JavaRDD<Tuple2<Row, Long>>> validation;

    StreamedExamples(TrunkPass trunk, DatasetDescription description) {
        this.trunk = trunk;
        this.meter = ForwardMeter.register(trunk.context().spark().sparkContext());
        // Made once: Spark then finds the sorted pictures of the first epoch again.
        this.train = pictures(DatasetSchema.TRAIN, description);
        this.validation = pictures(DatasetSchema.VALIDATION, description);
    }

    private Optional<JavaRDD<Tuple2<Row, Long>>> pictures(String split, DatasetDescription description) {
        long count = description.pictures(split);
        return count == 0 ? Optional.empty() : Optional.of(trunk.pictures(split, count));
    }

    @Override
    public JavaPairRDD<Long, LabelledActivations> train(int epoch) {
        return trunk.activations(train.orElseThrow(), meter);
    }

    @Override
    public Optional<JavaPairRDD<Long, LabelledActivations>> validation() {
        return validation.map(pictures -> trunk.activations(pictures, meter));
    }
}
