package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.examples.ActivationBatcher;
import org.sparkfinetune.jobs.examples.HeldOut;
import org.sparkfinetune.jobs.examples.LabelledPicture;
import org.sparkfinetune.jobs.examples.PictureBatcher;
import org.sparkfinetune.jobs.examples.PictureExamples;
import org.sparkfinetune.jobs.examples.StageExamples;
import org.sparkfinetune.jobs.examples.TrunkActivations;
import org.sparkfinetune.jobs.examples.TrunkPass;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.model.TrunkEngine;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.network.NetworkCut;

/**
 * What the stages of a run are trained on. The trunk of every stage is as the model was before the run, because
 * no stage freezes what an earlier one has trained; so activations depend on model, cut and pictures only, and are shared by
 * all runs beside this one.
 *
 * @param parent folder of all activations
 */
public record StageFeatures(JobContext context, JobReport report, TrainingSetup setup, Path parent) {
    /** Beside the outputs that were trained on them. */
    static final String FOLDER = "features";

    private static final List<String> BOTH = List.of(DatasetSchema.TRAIN, DatasetSchema.VALIDATION);

    /**
     * Examples of a stage, to be closed.
     *
     * @param batcher makes minibatches of them
     * @param heldOut scores the held-out split, which need not travel as the trained one does
     * @param trunkSeconds how long the trunk took to make them, 0 when they were there or are made later
     * @param <T> an example
     */
    public record Ready<T>(StageExamples<T> examples, Batcher<T> batcher, HeldOut<?> heldOut, double trunkSeconds)
            implements AutoCloseable {
        /** Scored as they are trained on. */
        Ready(StageExamples<T> examples, Batcher<T> batcher, double trunkSeconds) {
            this(examples, batcher, new HeldOut<>(examples, batcher), trunkSeconds);
        }

        Ready<T> scoredBy(HeldOut<?> other, double otherTrunkSeconds) {
            return new Ready<>(examples, batcher, other, otherTrunkSeconds);
        }

        @Override
        public void close() {
            examples.close();
        }
    }

    /** What a stage is trained on: kept activations, or pictures. For those who score the held-out split once. */
    public Ready<?> of(Stage stage, NetworkCut cut) {
        return ready(stage, cut, false);
    }

    /** The same for those who score it in every epoch: its activations are kept even when trained pictures are augmented. */
    Ready<?> ofEpochs(Stage stage, NetworkCut cut) {
        return ready(stage, cut, true);
    }

    private Ready<?> ready(Stage stage, NetworkCut cut, boolean epochs) {
        TrunkActivations activations = activations(stage);
        ActivationBatcher batcher = new ActivationBatcher(boundaryShapes(cut), setup.head());
        boolean augmented = !setup.recipe().augmentation().isNone();
        if (!augmented && cached(activations)) {
            context.progress().tell("features are cached: " + activations.folder());
            return new Ready<>(activations, batcher, 0);
        }
        if (augmented) {
            context.progress().tell(CachePolicy.AUGMENTED);
        }
        boolean keep = !augmented && decide(cut, "", BOTH);
        long start = System.nanoTime();
        TrunkPass trunk = new TrunkPass(
                context,
                setup.dataset(),
                engine(cut),
                setup.recipe().inference().batchSize());
        if (keep) {
            activations.compute(trunk, setup.description(), BOTH);
            return new Ready<>(activations, batcher, seconds(start));
        }
        Ready<LabelledPicture> pictures =
                new Ready<>(new PictureExamples(trunk, setup.description()), batcher(trunk, batcher), 0);
        return augmented && epochs ? keepingHeldOut(pictures, stage, cut, trunk) : pictures;
    }

    /** The same with the activations of the held-out split kept, when the recipe lets them be. */
    private Ready<?> keepingHeldOut(Ready<LabelledPicture> pictures, Stage stage, NetworkCut cut, TrunkPass trunk) {
        ActivationBatcher batcher = new ActivationBatcher(boundaryShapes(cut), setup.head());
        List<String> splits = List.of(DatasetSchema.VALIDATION);
        TrunkActivations alone = activations(stage, DatasetSchema.VALIDATION);
        for (TrunkActivations kept : List.of(activations(stage), alone)) {
            if (cached(kept)) {
                context.progress().tell("held-out features are cached: " + kept.folder());
                return pictures.scoredBy(new HeldOut<>(kept, batcher), 0);
            }
        }
        if (setup.description().pictures(DatasetSchema.VALIDATION) == 0 || !decide(cut, "held out: ", splits)) {
            return pictures;
        }
        long start = System.nanoTime();
        alone.compute(trunk, setup.description(), splits);
        return pictures.scoredBy(new HeldOut<>(alone, batcher), seconds(start));
    }

    private boolean cached(TrunkActivations activations) {
        return setup.recipe().cache() != CachePolicy.NEVER
                && activations.counts().isPresent();
    }

    /** @param more what tells them from those of both splits */
    private TrunkActivations activations(Stage stage, String... more) {
        List<String> parts = new ArrayList<>(List.of(
                setup.description().contentFingerprint(),
                setup.start().identity(),
                stage.freezePoint(),
                input().toString()));
        parts.addAll(List.of(more));
        return new TrunkActivations(context, new Path(parent, Fingerprint.of(parts.toArray(String[]::new))));
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private PictureBatcher batcher(TrunkPass trunk, ActivationBatcher activations) {
        FinetuneRecipe recipe = setup.recipe();
        return new PictureBatcher(trunk.engine(), trunk.batchSize(), recipe.augmentation(), recipe.seed(), activations);
    }

    /** Whether to keep the activations of splits; the user is told why. */
    private boolean decide(NetworkCut cut, String what, List<String> splits) {
        long floats = boundaryShapes(cut).stream()
                .mapToLong(shape -> LongStream.of(shape).reduce(1, (a, b) -> a * b))
                .sum();
        long pictures = splits.stream().mapToLong(setup.description()::pictures).sum();
        CachePolicy.Decision decision = setup.recipe()
                .cache()
                .decide(
                        cut.hasTrunk(),
                        pictures,
                        floats * Float.BYTES,
                        context.files(parent).freeBytes(parent));
        context.progress().tell(what + decision.reason());
        return decision.keep();
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
