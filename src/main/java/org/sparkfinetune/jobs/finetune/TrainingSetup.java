package org.sparkfinetune.jobs.finetune;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
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
 * A recipe with its dataset and model, before anything is trained.
 *
 * @param dataset folder of the dataset
 * @param start the model as it is, with its old head
 * @param stages at least one, first to last
 */
public record TrainingSetup(
        FinetuneRecipe recipe,
        Path dataset,
        DatasetDescription description,
        SourceModel start,
        FreezeLadder ladder,
        List<TrainingStage> stages) {

    /** @throws BadDataException when the dataset has no pictures to train on, or none to decide on early stopping */
    public static TrainingSetup of(FinetuneRecipe recipe, JobContext context) {
        Path dataset = context.path("dataset", recipe.tuning().dataset());
        DatasetDescription description =
                DatasetDescription.read(context.files(dataset).fileSystem(), dataset);
        requireTrainable(recipe, dataset, description);
        ModelCard card = ModelZoo.card(recipe.tuning().model());
        SourceModel start = start(recipe, card, context);
        FreezeLadder ladder = FreezeLadder.of(start.network(), card);
        return new TrainingSetup(recipe, dataset, description, start, ladder, TrainingStage.of(recipe, ladder));
    }

    /**
     * Makes the output ready and notes the inputs in the report.
     *
     * @return features that the stages are trained on
     */
    public StageFeatures begin(JobContext context, JobReport report, JobOutput output, String fingerprint) {
        output.begin();
        report.checkEngine();
        report.fingerprint(fingerprint)
                .weightsSha256(start.identity())
                .input("dataset", dataset + " " + description.contentFingerprint());
        return new StageFeatures(context, report, this, new Path(output.folder().getParent(), StageFeatures.FOLDER));
    }

    private static void requireTrainable(FinetuneRecipe recipe, Path dataset, DatasetDescription description) {
        if (description.pictures(Split.TRAIN) == 0) {
            throw new BadDataException(
                    dataset.toString(), "has no pictures in split=train; make it with splits.train above 0");
        }
        if (recipe.tuning().training().earlyStopping().wanted() && description.pictures(Split.VALIDATION) == 0) {
            throw new BadDataException(
                    dataset.toString(),
                    "has no pictures in split=validation, which training.earlyStopping.patience is counted by; make it"
                            + " with splits.validation above 0, or set the patience to 0");
        }
    }

    private static SourceModel start(FinetuneRecipe recipe, ModelCard card, JobContext context) {
        return switch (recipe.tuning().weights()) {
            case PRETRAINED -> SourceModel.pretrained(context, card);
            case RANDOM ->
                new SourceModel(
                        card.name(),
                        new SourceModel.Loaded(
                                () -> Networks.build(card, recipe.tuning().seed())),
                        card,
                        "random, seed " + recipe.tuning().seed(),
                        List.of());
        };
    }

    /** The new head. */
    HeadSpec head() {
        return recipe.tuning().head().spec(description.labelNames().size());
    }

    /** Builds the network with its new, untrained head. It replaces that of {@code start}, which is released. */
    public ComputationGraph whole() {
        ComputationGraph whole = Head.replace(
                start.network(), start.card().head(), head(), recipe.tuning().seed());
        Networks.release(start.network());
        start.loaded().forget();
        return whole;
    }

    /**
     * Builds the tail of a network for a stage, with its updater.
     *
     * @param learningRate learning rate of the head
     */
    public ComputationGraph tail(NetworkCut cut, double layerDecay, double learningRate) {
        TrainingOptions options = recipe.tuning().training();
        Map<String, Double> factors = ladder.learningRateFactors(layerDecay, options.learningRateFactors());
        TailSettings settings = new TailSettings(
                options.optimizer(learningRate),
                factors,
                options.clipGradientNorm(),
                options.classWeights().of(description));
        ComputationGraph tail = cut.tail();
        String configuration = TailNetwork.configure(
                        tail.getConfiguration(), settings, recipe.tuning().seed())
                .toJson();
        ComputationGraph configured = TailNetwork.create(configuration, tail.params());
        Networks.release(tail);
        return configured;
    }

    /**
     * The fingerprint of a result.
     *
     * @param comparable the recipe of the job, without the keys that do not change the result
     */
    public String fingerprint(Record comparable) {
        return Fingerprint.of(
                YamlFile.write(comparable),
                description.contentFingerprint(),
                start.identity(),
                start.card().input().toString());
    }
}
