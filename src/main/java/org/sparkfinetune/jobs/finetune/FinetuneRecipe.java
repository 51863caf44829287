package org.sparkfinetune.jobs.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.cluster.ProcessMemory;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.jobs.finetune.options.CachePolicy;
import org.sparkfinetune.jobs.finetune.options.StageOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.NetworkSize;

/** {@code kind: finetune}: a pretrained network, cut at a layer; the layers above it are trained on a dataset. */
public record FinetuneRecipe(
        @Key("Kind of job: finetune") String kind,

        @Key.Inline Tuning tuning,

        @Key(value = "How pictures are run through the trunk", defaultValue = "{}")
        InferenceOptions inference,

        @Key(
                value = "Whether the activations of the frozen layers are kept: auto (if they take at most half of the"
                        + " free space), always, or never (the frozen layers run in every epoch)",
                defaultValue = "auto")
        CachePolicy cache,

        @Key(value = "Replace the result of another recipe in the output folder", defaultValue = "false")
        boolean overwrite)
        implements Recipe {

    /** The recipe without the keys that do not change the result. */
    public FinetuneRecipe comparable() {
        return comparable(tuning.training());
    }

    /** The same without the number of epochs, if a longer training may resume from a shorter one. */
    FinetuneRecipe endless() {
        TrainingOptions training = tuning.training();
        return comparable(training.schedule().dependsOnLength() ? training : training.withEpochs(1));
    }

    private FinetuneRecipe comparable(TrainingOptions training) {
        return YamlFile.with(
                this,
                Map.of(
                        "dataset",
                        "",
                        "output",
                        "",
                        "training",
                        training.comparable(),
                        "inference",
                        inference.comparable(),
                        "cache",
                        CachePolicy.AUTO,
                        "overwrite",
                        false));
    }

    @Override
    public String output() {
        return tuning.output();
    }

    @Override
    public List<String> reads() {
        return List.of(tuning.dataset());
    }

    @Override
    public Optional<ModelCard> card() {
        return Optional.of(ModelZoo.card(tuning.model()));
    }

    @Override
    public boolean wantsWeights() {
        return tuning.weights() == Tuning.StartWeights.PRETRAINED;
    }

    @Override
    public Optional<ProcessMemory> memory(ExecutorCores cores) {
        ModelCard card = ModelZoo.card(tuning.model());
        TrainingOptions training = tuning.training();
        String point = deepestFreezePoint(card);
        NetworkSize size = NetworkSize.of(card, point);
        ProcessMemory plan = ProcessMemory.ofProcess();
        if (!point.equals(FreezeLadder.NONE)) {
            plan = plan.withForward(
                    size.parameters() - size.tailParameters(),
                    size.largestActivation(),
                    (long) cores.tasks() * inference.batchSize());
        }
        return Optional.of(plan.withTraining(
                size.tailParameters(),
                training.updater().stateFloats(),
                size.tailActivations(),
                cores.tasksAtOnce(training.workers()),
                training.batchSizePerWorker()));
    }

    /** The freeze point of the last stage, which trains most; as {@link FreezeLadder} finds it, or close to it. */
    private String deepestFreezePoint(ModelCard card) {
        List<StageOptions> stages = tuning.training().stages();
        String text = stages.isEmpty()
                ? tuning.freezeUpTo()
                : stages.get(stages.size() - 1).freezeUpTo();
        List<String> points = card.freezePoints();
        if (text.startsWith(FreezeLadder.ALL_BUT)) {
            int kept = points.size() - Integer.parseInt(text.substring(FreezeLadder.ALL_BUT.length()));
            return kept <= 0 ? FreezeLadder.NONE : points.get(kept - 1);
        }
        return text.equals(FreezeLadder.HEAD) ? points.get(points.size() - 1) : text;
    }

    @Override
    public void validate(YamlFile file) {
        TrainingOptions training = tuning.training();
        Augmentation augmentation = tuning.augmentation();
        List<Problem> problems = new ArrayList<>();
        ModelCard card;
        try {
            card = ModelZoo.card(tuning.model());
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(e.problems().stream()
                    .map(problem -> new Problem(file.place("model"), problem.message()))
                    .toList());
        }
        collect(problems, () -> FreezeLadder.check(file.place("freezeUpTo"), tuning.freezeUpTo(), card));
        for (int i = 0; i < training.stages().size(); i++) {
            String place = file.place("training.stages[" + i + "].freezeUpTo");
            String text = training.stages().get(i).freezeUpTo();
            collect(problems, () -> FreezeLadder.check(place, text, card));
        }
        if (cache == CachePolicy.ALWAYS && !augmentation.isNone()) {
            problems.add(new Problem(
                    file.place("cache"),
                    "is always, but with augmentation the activations are different in every epoch; leave it out,"
                            + " or set augmentation.preset to none"));
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
    public Job job(JobContext context) {
        return new FinetuneJob(this, context);
    }
}
