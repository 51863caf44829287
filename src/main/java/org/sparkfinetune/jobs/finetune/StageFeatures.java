package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.examples.ActivationBatcher;
import org.sparkfinetune.jobs.examples.HeldOutSplit;
import org.sparkfinetune.jobs.examples.LabelledPicture;
import org.sparkfinetune.jobs.examples.PictureBatcher;
import org.sparkfinetune.jobs.examples.PictureExamples;
import org.sparkfinetune.jobs.examples.StageExamples;
import org.sparkfinetune.jobs.examples.TrunkActivations;
import org.sparkfinetune.jobs.examples.TrunkPass;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.model.NetworkShipment;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.network.NetworkCut;

/**
 * The examples that the stages of a run are trained on. No stage freezes what an earlier one has trained, so the trunk
 * of every stage is that of the model before the run. Therefore activations depend on model, cut and pictures only, and
 * all runs in the same parent folder share them.
 *
 * @param parent folder of all activations
 */
public record StageFeatures(JobContext context, JobReport report, TrainingSetup setup, Path parent) {
    /** Folder beside the outputs that were trained on the activations. */
    static final String FOLDER = "features";

    private static final List<Split> BOTH = List.of(Split.TRAIN, Split.VALIDATION);

    /**
     * Examples of a stage; the caller closes them.
     *
     * @param batcher makes minibatches of the examples
     * @param heldOut scores the held-out split, whose examples may be of another type than the trained ones
     * @param trunkSeconds seconds that the trunk took for them; 0 if they existed or are computed later
     * @param <T> type of an example
     */
    public record Ready<T>(StageExamples<T> examples, Batcher<T> batcher, HeldOutSplit<?> heldOut, double trunkSeconds)
            implements AutoCloseable {
        /** Scores the held-out examples in the form in which the others are trained on. */
        Ready(StageExamples<T> examples, Batcher<T> batcher, double trunkSeconds) {
            this(examples, batcher, new HeldOutSplit<>(examples, batcher), trunkSeconds);
        }

        Ready<T> scoredBy(HeldOutSplit<?> other, double otherTrunkSeconds) {
            return new Ready<>(examples, batcher, other, otherTrunkSeconds);
        }

        @Override
        public void close() {
            examples.close();
        }
    }

    /** Examples of a stage: kept activations, or pictures. For callers that score the held-out split once. */
    public Ready<?> of(TrainingStage stage, NetworkCut cut) {
        return ready(stage, cut, false);
    }

    /**
     * As {@link #of}, for callers that score the held-out split in every epoch: its activations are kept even with
     * augmentation.
     */
    Ready<?> ofEpochs(TrainingStage stage, NetworkCut cut) {
        return ready(stage, cut, true);
    }

    private Ready<?> ready(TrainingStage stage, NetworkCut cut, boolean epochs) {
        TrunkActivations activations = activations(stage);
        ActivationBatcher batcher = new ActivationBatcher(boundaryShapes(cut), setup.head());
        boolean augmented = !setup.recipe().tuning().augmentation().isNone();
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

    /** Keeps the activations of the held-out split, if the recipe allows it. */
    private Ready<?> keepingHeldOut(
            Ready<LabelledPicture> pictures, TrainingStage stage, NetworkCut cut, TrunkPass trunk) {
        ActivationBatcher batcher = new ActivationBatcher(boundaryShapes(cut), setup.head());
        List<Split> splits = List.of(Split.VALIDATION);
        TrunkActivations alone = activations(stage, Split.VALIDATION.key());
        for (TrunkActivations kept : List.of(activations(stage), alone)) {
            if (cached(kept)) {
                context.progress().tell("held-out features are cached: " + kept.folder());
                return pictures.scoredBy(new HeldOutSplit<>(kept, batcher), 0);
            }
        }
        if (setup.description().pictures(Split.VALIDATION) == 0 || !decide(cut, "held out: ", splits)) {
            return pictures;
        }
        long start = System.nanoTime();
        alone.compute(trunk, setup.description(), splits);
        return pictures.scoredBy(new HeldOutSplit<>(alone, batcher), seconds(start));
    }

    private boolean cached(TrunkActivations activations) {
        return setup.recipe().cache() != CachePolicy.NEVER
                && activations.counts().isPresent();
    }

    /** @param more parts of the fingerprint that distinguish them from activations of both splits */
    private TrunkActivations activations(TrainingStage stage, String... more) {
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
        return new PictureBatcher(
                trunk.engine(),
                trunk.batchSize(),
                recipe.tuning().augmentation(),
                recipe.tuning().seed(),
                activations);
    }

    /** Decides whether to keep the activations of splits, and reports the reason. */
    private boolean decide(NetworkCut cut, String what, List<Split> splits) {
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

    /** Shapes of the inputs of the tail for one picture. */
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
        return new NetworkShipment(context, report, setup.recipe().inference())
                .ship(cut.trunk(), input(), () -> NetworkShipment.samples(context, setup.dataset(), Split.TRAIN));
    }
}
