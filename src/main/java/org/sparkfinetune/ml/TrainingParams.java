package org.sparkfinetune.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The parameters of a training, named after the keys of a recipe; their meanings are in their descriptions. */
record TrainingParams(
        Param<String> labelCol,
        Param<String> modelName,
        Param<String> freezeUpTo,
        IntParam epochs,
        IntParam batchSize,
        DoubleParam learningRate,
        IntParam workers,
        LongParam seed,
        DoubleParam validationFraction,
        Param<String> validationIndicatorCol,
        DoubleParam maxRejectedFraction,
        StringArrayParam settings,
        Param<String> workDir)
        implements Serializable {

    static TrainingParams of(Params owner) {
        return new TrainingParams(
                new Param<>(owner, "labelCol", "column of the labels: whole numbers from 0, or text"),
                new Param<>(owner, "modelName", "name of a card in model-zoo/, or path of a card ending in .yaml"),
                new Param<>(
                        owner,
                        "freezeUpTo",
                        "last frozen layer, a freeze point of the card; or head (only the new head is trained),"
                                + " all-but-K, none"),
                PictureParams.count(owner, "epochs", "passes over the pictures"),
                PictureParams.count(owner, "batchSize", "pictures in a worker's minibatch"),
                new DoubleParam(
                        owner, "learningRate", "step size of the optimizer, for the head", ParamValidators.gtEq(0)),
                PictureParams.count(
                        owner,
                        "workers",
                        "workers that train in parallel; the same seed and workers give the" + " same model"),
                new LongParam(owner, "seed", "seed of split, order, initial weights and dropout"),
                new DoubleParam(
                        owner,
                        "validationFraction",
                        "fraction of each class used to choose the best epoch, unless validationIndicatorCol is set",
                        ParamValidators.inRange(0, 1, true, false)),
                new Param<>(
                        owner,
                        "validationIndicatorCol",
                        "boolean column, true for validation; empty: validationFraction is used"),
                new DoubleParam(
                        owner,
                        "maxRejectedFraction",
                        "fraction of the pictures that may be unusable before fit fails",
                        ParamValidators.inRange(0, 1)),
                new StringArrayParam(
                        owner, "settings", "any other key of a finetune recipe, such as training.schedule.kind=cosine"),
                new Param<>(
                        owner,
                        "workDir",
                        "folder, on any file system that every machine sees, where fits keep datasets,"
                                + " activations and runs; empty:"
                                + " below Spark's checkpoint folder, in local mode a temporary one, else below"
                                + " the home folder"));
    }

    void setDefaults(Params owner) {
        owner.setDefault(labelCol, "label");
        owner.setDefault(modelName, "resnet50");
        owner.setDefault(freezeUpTo, "head");
        owner.setDefault(epochs, 30);
        owner.setDefault(batchSize, 16);
        owner.setDefault(learningRate, 0.001);
        owner.setDefault(workers, 2);
        owner.setDefault(seed, 42L);
        owner.setDefault(validationFraction, 0.1);
        owner.setDefault(validationIndicatorCol, "");
        owner.setDefault(maxRejectedFraction, 0.05);
        owner.setDefault(settings, new String[0]);
        owner.setDefault(workDir, "");
    }
}
