package org.sparkfinetune.jobs;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.inference.EngineSpec;
import org.sparkfinetune.zoo.NetworkCut;
import org.sparkfinetune.zoo.Preprocessing;

/**
 * The activations that the stages of a run are trained on. The trunk of every stage is as the model was before the run, because
 * no stage freezes what an earlier one has trained; so activations depend on model, cut and pictures only, and are shared by
 * all runs beside this one.
 *
 * @param identity of the model that the trunks are cut from
 * @param parent folder of all activations
 */
record StageFeatures(
        JobContext context,
        JobReport report,
        FinetuneRecipe recipe,
        Path dataset,
        DatasetDescription description,
        String identity,
        Preprocessing input,
        Path parent) {

    /** Activations of a stage and what it took to compute them, 0 seconds when they were there. */
    record Computed(TrunkActivations activations, double seconds) {}

    Computed of(Stage stage, NetworkCut cut) {
        String fingerprint =
                Fingerprint.of(description.contentFingerprint(), identity, stage.freezePoint(), input.toString());
        TrunkActivations activations = new TrunkActivations(context, new Path(parent, fingerprint));
        if (activations.counts().isPresent()) {
            context.progress().tell("features are cached: " + activations.folder());
            return new Computed(activations, 0);
        }
        long start = System.nanoTime();
        EngineSpec engine = engine(cut);
        List<String> splits = List.of(DatasetSchema.TRAIN, DatasetSchema.VALIDATION).stream()
                .filter(split -> description.pictures(split) > 0)
                .toList();
        activations.compute(
                dataset, description, splits, engine, recipe.inference().batchSize());
        return new Computed(activations, (System.nanoTime() - start) / 1e9);
    }

    private EngineSpec engine(NetworkCut cut) {
        if (!cut.hasTrunk()) {
            return EngineSpec.pixels(input);
        }
        return new TrunkEngine(context, report, recipe.inference())
                .start(cut.trunk(), input, () -> TrunkEngine.samples(context, dataset, DatasetSchema.TRAIN));
    }
}
