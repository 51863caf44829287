package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.finetune.options.HeadOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.FreezeLadder;

/** {@code kind: finetune}: a pretrained network, cut at a layer; what lies above it is trained on a dataset. */
public record FinetuneRecipe(
        @Key("Kind of job: finetune") String kind,

        @Key("Folder of the dataset, as the shard job made it")
        String dataset,

        @Key("Name of a card in model-zoo/, or path of a card ending in .yaml")
        String model,

        @Key(
                value = "Weights to start from; random is the baseline that shows what pretraining is worth",
                defaultValue = "pretrained")
        StartWeights weights,

        @Key("Folder of the run: model, report, checkpoints")
        String output,

        @Key(
                value =
                        "Last frozen layer, a freeze point of the model: it and all below it stay as they are; or head (only the"
                                + " new head is trained), all-but-K (K rungs below it too), none; training.stages have their own",
                defaultValue = "head")
        String freezeUpTo,

        @Key(value = "Seed of order, initial weights and dropout", defaultValue = "42")
        long seed,

        @Key(value = "The new last layer", defaultValue = "{}")
        HeadOptions head,

        @Key(value = "Random changes of the pictures that are trained on", defaultValue = "{}")
        Augmentation augmentation,

        @Key(value = "How the tail is trained", defaultValue = "{}")
        TrainingOptions training,

        @Key(value = "How pictures are run through the trunk", defaultValue = "{}")
        InferenceOptions inference,

        @Key(
                value =
                        "Whether the frozen layers' activations are kept: auto (when they take at most half of the free space),"
                                + " always, or never (the frozen layers run in every epoch)",
                defaultValue = "auto")
        CachePolicy cache,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    /** The same recipe with other places and training, whatever the engine, overwriting nothing. */
    public FinetuneRecipe with(String otherDataset, String otherOutput, TrainingOptions otherTraining) {
        return new FinetuneRecipe(
                kind,
                otherDataset,
                model,
                weights,
                otherOutput,
                freezeUpTo,
                seed,
                head,
                augmentation,
                otherTraining.comparable(),
                inference.comparable(),
                CachePolicy.AUTO,
                false);
    }

    /** What a network starts from. */
    public enum StartWeights {
        PRETRAINED,
        RANDOM
    }

    @Override
    public List<String> reads() {
        return List.of(dataset);
    }

    @Override
    public Optional<ModelCard> card() {
        return Optional.of(ModelZoo.card(model));
    }

    @Override
    public boolean wantsWeights() {
        return weights == StartWeights.PRETRAINED;
    }

    @Override
    public void validate(YamlFile file) {
        List<Problem> problems = new ArrayList<>();
        ModelCard card;
        try {
            card = ModelZoo.card(model);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.problems().stream()
                    .map(problem -> new Problem(file.place("model"), problem.message()))
                    .toList());
        }
        collect(problems, () -> FreezeLadder.check(file.place("freezeUpTo"), freezeUpTo, card));
        for (int i = 0; i < training.stages().size(); i++) {
            String place = file.place("training.stages[" + i + "].freezeUpTo");
            String text = training.stages().get(i).freezeUpTo();
            collect(problems, () -> FreezeLadder.check(place, text, card));
        }
        if (cache == CachePolicy.ALWAYS && !augmentation.isNone()) {
            problems.add(new Problem(
                    file.place("cache"),
                    "is always, but with augmentation the activations are others in every epoch; leave it out, or"
                            + " set augmentation.preset to none"));
        }
        problems.addAll(training.trainer().problems(file, training, augmentation));
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    private static void collect(List<Problem> problems, Runnable check) {
        try {
            check.run();
        } catch (InvalidRequestException e) {
            problems.addAll(e.problems());
        }
    }

    @Override
    public RunReport work(JobContext context) {
        return new FinetuneJob(this, context).run();
    }
}
