package org.sparkfinetune.jobs.lrfind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaPairRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.examples.StageExamples;
import org.sparkfinetune.jobs.finetune.StageFeatures;
import org.sparkfinetune.jobs.finetune.TrainingSetup;
import org.sparkfinetune.jobs.finetune.TrainingStage;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.train.rates.RateTrial;
import org.sparkfinetune.train.rates.RateTrials;
import org.sparkfinetune.zoo.network.NetworkCut;

/** Trains the tail for some minibatches at each of several learning rates in parallel, and suggests the best one. */
final class LrFindJob implements Job {
    private final LrFindRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    LrFindJob(LrFindRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), recipe.tuning().seed());
        this.output = new JobOutput(context, recipe.output(), List.of(JobOutput.RECIPE), List.of());
    }

    @Override
    public RunReport run() {
        try (output) {
            TrainingSetup setup = TrainingSetup.of(recipe.finetune(), context);
            String fingerprint = setup.fingerprint(recipe.comparable());
            Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
            if (finished.isPresent()) {
                return finished.get();
            }
            RunReport.LearningRateSearch search = search(setup, setup.begin(context, report, output, fingerprint));
            context.files(output.folder()).writeText(output.staged(JobOutput.RECIPE), YamlFile.write(recipe));
            RunReport done = report.search(search)
                    .output("report", output.published(JobOutput.HTML))
                    .done();
            output.finish(done);
            return done;
        }
    }

    private RunReport.LearningRateSearch search(TrainingSetup setup, StageFeatures features) {
        TrainingStage stage = setup.stages().get(0);
        NetworkCut cut = stage.cut(setup.whole());
        // Configured with rate 1, so that the factor of a candidate is its rate.
        ComputationGraph tail = setup.tail(cut, stage.layerDecay(), 1);
        int batchSize = Math.toIntExact(recipe.batchSize());
        RateTrials trials = new RateTrials(
                recipe.tuning().seed(), batchSize, recipe.search().steps());
        List<RateTrial> tried;
        try (StageFeatures.Ready<?> examples = features.of(stage, cut)) {
            tried = tried(setup, trials, tail, examples);
        }
        tried.forEach(trial -> context.progress().tell(line(trial)));
        return new RunReport.LearningRateSearch(trials.steps(), batchSize, candidates(tried), suggestion(tried));
    }

    private <T> List<RateTrial> tried(
            TrainingSetup setup, RateTrials trials, ComputationGraph tail, StageFeatures.Ready<T> ready) {
        context.progress().doing("try learning rates");
        return trials.run(
                context.java(), tail, ready.batcher(), recipe.search().rates(), examples(setup, ready.examples()));
    }

    private <T> RateTrials.Examples<T> examples(TrainingSetup setup, StageExamples<T> examples) {
        JavaPairRDD<Long, T> nothing = JavaPairRDD.fromJavaRDD(context.java().emptyRDD());
        return new RateTrials.Examples<>(
                examples.train(1),
                setup.description().pictures(Split.TRAIN),
                examples.validation().orElse(nothing),
                setup.description().pictures(Split.VALIDATION));
    }

    private static List<RunReport.RateCandidate> candidates(List<RateTrial> tried) {
        List<RunReport.RateCandidate> candidates = new ArrayList<>();
        for (RateTrial trial : tried) {
            boolean measured = trial.heldOut() != null;
            candidates.add(new RunReport.RateCandidate(
                    trial.factor(),
                    !trial.stable(),
                    trial.stable() ? trial.loss() : null,
                    measured ? trial.heldOut().loss() : null,
                    measured ? trial.heldOut().accuracy() : null));
        }
        return candidates;
    }

    private double suggestion(List<RateTrial> tried) {
        return RateTrials.suggestion(tried)
                .orElseThrow(() -> new InvalidRequestException(
                        "search", "every rate from " + recipe.search().from() + " on diverged; lower search.from"));
    }

    private static String line(RateTrial trial) {
        if (!trial.stable()) {
            return String.format(Locale.ROOT, "learning rate %.3g: diverged", trial.factor());
        }
        String held = trial.heldOut() == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", validation loss %.4f, accuracy %.3f",
                        trial.heldOut().loss(),
                        trial.heldOut().accuracy());
        return String.format(Locale.ROOT, "learning rate %.3g: loss %.4f%s", trial.factor(), trial.loss(), held);
    }
}
