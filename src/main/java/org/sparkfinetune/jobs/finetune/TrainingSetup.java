package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.LoadedOnce;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.TailNetwork;
import org.sparkfinetune.zoo.network.TailSettings;

/**
 * What a recipe makes of its dataset and model before anything is trained.
 *
 * @param dataset its folder
 * @param start the model as it is, its old head included
 * @param stages first to last, at least one
 */
public record TrainingSetup(
        FinetuneRecipe recipe,
        Path dataset,
        DatasetDescription description,
        SourceModel start,
        FreezeLadder ladder,
        List<Stage> stages) {

    /** @throws BadDataException when there is nothing to train on, or to stop early by */
    static TrainingSetup of(FinetuneRecipe recipe, JobContext context) {
        Path dataset = context.path("dataset", recipe.dataset());
        DatasetDescription description =
                DatasetDescription.read(context.files(dataset).fileSystem(), dataset);
        requireTrainable(recipe, dataset, description);
        ModelCard card = ModelZoo.card(recipe.model());
        SourceModel start = start(recipe, card, context);
        FreezeLadder ladder = FreezeLadder.of(start.network(), card);
        return new TrainingSetup(recipe, dataset, description, start, ladder, Stage.of(recipe, ladder));
    }

    private static void requireTrainable(FinetuneRecipe recipe, Path dataset, DatasetDescription description) {
        if (description.pictures(DatasetSchema.TRAIN) == 0) {
            throw new BadDataException(
                    dataset.toString(), "has no pictures in split=train; make it with splits.train above 0");
        }
        if (recipe.training().earlyStopping().wanted() && description.pictures(DatasetSchema.VALIDATION) == 0) {
            throw new BadDataException(
                    dataset.toString(),
                    "has no pictures in split=validation, which training.earlyStopping.patience is counted by; make it with"
                            + " splits.validation above 0, or set the patience to 0");
        }
    }

    private static SourceModel start(FinetuneRecipe recipe, ModelCard card, JobContext context) {
        return switch (recipe.weights()) {
            case PRETRAINED -> SourceModel.pretrained(context, card);
            case RANDOM ->
                new SourceModel(
                        card.name(),
                        new LoadedOnce(() -> Networks.build(card, recipe.seed())),
                        card,
                        "random, seed " + recipe.seed(),
                        List.of());
        };
    }

    /** The new head. */
    HeadSpec head() {
        return recipe.head().spec(description.labelNames().size());
    }

    /** The network with its new head, untrained. It takes the place of {@code start}'s, which is let go. */
    public ComputationGraph whole() {
        ComputationGraph whole = Head.replace(start.network(), start.card().head(), head(), recipe.seed());
        Networks.release(start.network());
        start.loaded().forget();
        return whole;
    }

    /**
     * The tail of a network for a stage, with its updater.
     *
     * @param learningRate of the head
     */
    public ComputationGraph tail(NetworkCut cut, double layerDecay, double learningRate) {
        TrainingOptions options = recipe.training();
        Map<String, Double> factors = ladder.learningRateFactors(layerDecay, options.learningRateFactors());
        TailSettings settings = new TailSettings(
                options.optimizer(learningRate),
                factors,
                options.clipGradientNorm(),
                options.classWeights().of(description));
        ComputationGraph tail = cut.tail();
        String configuration = TailNetwork.configure(tail.getConfiguration(), settings, recipe.seed())
                .toJson();
        ComputationGraph configured = TailNetwork.create(configuration, tail.params());
        Networks.release(tail);
        return configured;
    }

    /** Of the recipe as far as it decides a result, with what it reads. */
    String fingerprint(String comparableRecipe) {
        return Fingerprint.of(
                comparableRecipe,
                description.contentFingerprint(),
                start.identity(),
                start.card().input().toString());
    }
}
