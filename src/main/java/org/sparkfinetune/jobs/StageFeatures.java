package org.sparkfinetune.jobs;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.inference.EngineSpec;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.zoo.NetworkCut;
import org.sparkfinetune.zoo.Preprocessing;

/**
 * What the stages of a run are trained on. The trunk of every stage is as the model was before the run, because
 * no stage freezes what an earlier one has trained; so activations depend on model, cut and pictures only, and are shared by
 * all runs beside this one.
 *
 * @param parent folder of all activations
 */
record StageFeatures(JobContext context, JobReport report, TrainingSetup setup, Path parent) {
    /** Beside the outputs that were trained on them. */
    static final String FOLDER = "features";

    /**
     * Examples of a stage, to be closed.
     *
     * @param batcher makes minibatches of them
     * @param trunkSeconds how long the trunk took to make them, 0 when they were there or are made later
     * @param <T> an example
     */
    record Ready<T>(StageExamples<T> examples, Batcher<T> batcher, double trunkSeconds) implements AutoCloseable {
        @Override
        public void close() {
            examples.close();
        }
    }

    /** What a stage is trained on: kept activations, or pictures. */
    Ready<?> of(Stage stage, NetworkCut cut) {
        String fingerprint = Fingerprint.of(
                setup.description().contentFingerprint(),
                setup.start().identity(),
                stage.freezePoint(),
                input().toString());
        TrunkActivations activations = new TrunkActivations(context, new Path(parent, fingerprint));
        ActivationBatcher batcher = new ActivationBatcher(boundaryShapes(cut), setup.head());
        boolean keepable = setup.recipe().cache() != CachePolicy.NEVER
                && setup.recipe().augmentation().isNone();
        if (keepable && activations.counts().isPresent()) {
            context.progress().tell("features are cached: " + activations.folder());
            return new Ready<>(activations, batcher, 0);
        }
        CachePolicy.Decision decision = decide(cut);
        context.progress().tell(decision.reason());
        long start = System.nanoTime();
        TrunkPass trunk = new TrunkPass(
                context,
                setup.dataset(),
                engine(cut),
                setup.recipe().inference().batchSize());
        if (!decision.keep()) {
            return new Ready<>(PictureExamples.of(trunk, setup.description()), batcher(trunk, batcher), 0);
        }
        activations.compute(trunk, setup.description());
        return new Ready<>(activations, batcher, (System.nanoTime() - start) / 1e9);
    }

    private PictureBatcher batcher(TrunkPass trunk, ActivationBatcher activations) {
        FinetuneRecipe recipe = setup.recipe();
        return new PictureBatcher(trunk.engine(), trunk.batchSize(), recipe.augmentation(), recipe.seed(), activations);
    }

    private CachePolicy.Decision decide(NetworkCut cut) {
        if (!setup.recipe().augmentation().isNone()) {
            return CachePolicy.augmented();
        }
        long floats = boundaryShapes(cut).stream()
                .mapToLong(shape -> LongStream.of(shape).reduce(1, (a, b) -> a * b))
                .sum();
        DatasetDescription description = setup.description();
        long pictures = description.pictures(DatasetSchema.TRAIN) + description.pictures(DatasetSchema.VALIDATION);
        return setup.recipe()
                .cache()
                .decide(
                        cut.hasTrunk(),
                        pictures,
                        floats * Float.BYTES,
                        context.files(parent).freeBytes(parent));
    }

    /** Shapes of what the tail reads for one picture. */
    private List<long[]> boundaryShapes(NetworkCut cut) {
        return cut.boundaryShapes(InputType.convolutional(input().height(), input().width(), 3));
    }

    private Preprocessing input() {
        return setup.start().card().input();
    }

    private EngineSpec engine(NetworkCut cut) {
        if (!cut.hasTrunk()) {
            return EngineSpec.pixels(input());
        }
        return new TrunkEngine(context, report, setup.recipe().inference())
                .start(cut.trunk(), input(), () -> TrunkEngine.samples(context, setup.dataset(), DatasetSchema.TRAIN));
    }
}
