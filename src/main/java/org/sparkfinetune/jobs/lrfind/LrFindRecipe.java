package org.sparkfinetune.jobs.lrfind;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.jobs.finetune.FinetuneRecipe;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.finetune.options.HeadOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * {@code kind: lr-find}: which learning rate suits a finetune recipe. Its keys are those of that recipe, and the range to
 * search.
 */
public record LrFindRecipe(
        @Key("Kind of job: lr-find") String kind,

        @Key("Folder of the dataset, as the shard job made it")
        String dataset,

        @Key("Name of a card in model-zoo/, or path of a card ending in .yaml")
        String model,

        @Key(value = "As in a finetune recipe", defaultValue = "pretrained")
        FinetuneRecipe.StartWeights weights,

        @Key("Folder of the report") String output,

        @Key(value = "As in a finetune recipe", defaultValue = "head")
        String freezeUpTo,

        @Key(value = "As in a finetune recipe", defaultValue = "42")
        long seed,

        @Key(value = "As in a finetune recipe", defaultValue = "{}")
        HeadOptions head,

        @Key(value = "As in a finetune recipe", defaultValue = "{}")
        Augmentation augmentation,

        @Key(
                value = "As in a finetune recipe; learningRate, epochs, schedule and trainer have no effect here",
                defaultValue = "{}")
        TrainingOptions training,

        @Key(value = "The rates to try", defaultValue = "{}")
        SearchOptions search,

        @Key(value = "How pictures are run through the trunk", defaultValue = "{}")
        InferenceOptions inference,

        @Key(value = "As in a finetune recipe", defaultValue = "auto")
        CachePolicy cache,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    /** The recipe that the rate is wanted for. */
    FinetuneRecipe finetune() {
        return new FinetuneRecipe(
                "finetune",
                dataset,
                model,
                weights,
                output,
                freezeUpTo,
                seed,
                head,
                augmentation,
                training,
                inference,
                cache,
                overwrite);
    }

    /** The same recipe as far as it decides the result, which is for a finetune recipe to say. */
    LrFindRecipe comparable() {
        FinetuneRecipe same = finetune().with("", "", training);
        return new LrFindRecipe(
                kind,
                same.dataset(),
                same.model(),
                same.weights(),
                same.output(),
                same.freezeUpTo(),
                same.seed(),
                same.head(),
                same.augmentation(),
                same.training(),
                search,
                same.inference(),
                same.cache(),
                same.overwrite());
    }

    @Override
    public List<String> reads() {
        return finetune().reads();
    }

    @Override
    public Optional<ModelCard> card() {
        return finetune().card();
    }

    @Override
    public boolean wantsWeights() {
        return finetune().wantsWeights();
    }

    @Override
    public void validate(YamlFile file) {
        finetune().validate(file);
        if (!training.stages().equals(List.of())) {
            throw new InvalidRequestException(
                    file.place("training.stages"),
                    "is set; rates are searched for one freezeUpTo at a time: remove the stages");
        }
    }

    @Override
    public RunReport work(JobContext context) {
        return new LrFindJob(this, context).run();
    }
}
