package org.sparkfinetune.jobs;

import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;

/** What the tail of a stage is trained on and measured by. */
interface StageExamples {
    /** The training split: index, 0 to n - 1, the same for a picture in every epoch, and activations. */
    JavaPairRDD<Long, LabelledActivations> train(int epoch);

    /** The held-out split, the same way; nothing when it has no pictures. */
    Optional<JavaPairRDD<Long, LabelledActivations>> validation();
}
