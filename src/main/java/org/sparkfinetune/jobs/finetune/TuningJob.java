package org.sparkfinetune.jobs.finetune;

import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;

/**
 * What the jobs over a finetune recipe begin with: set up, do nothing when the result is there, make the output ready.
 *
 * @param recipe what is trained, or tried
 * @param report of the job, begun here
 * @param output of the job
 */
public record TuningJob(FinetuneRecipe recipe, JobContext context, JobReport report, JobOutput output) {

    /**
     * The report of the result that is there, or of the work.
     *
     * @param comparableRecipe text of the job's recipe as far as it decides the result
     * @param work gets the set-up and what the stages are trained on
     */
    public RunReport run(String comparableRecipe, BiFunction<TrainingSetup, StageFeatures, RunReport> work) {
        try (output) {
            return unlessFinished(comparableRecipe, work);
        }
    }

    private RunReport unlessFinished(
            String comparableRecipe, BiFunction<TrainingSetup, StageFeatures, RunReport> work) {
        TrainingSetup setup = TrainingSetup.of(recipe, context);
        String fingerprint = setup.fingerprint(comparableRecipe);
        Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
        if (finished.isPresent()) {
            return finished.get();
        }
        output.begin();
        report.checkEngine();
        report.fingerprint(fingerprint)
                .weightsSha256(setup.start().identity())
                .input("dataset", setup.dataset() + " " + setup.description().contentFingerprint());
        Path features = new Path(output.folder().getParent(), StageFeatures.FOLDER);
        return work.apply(setup, new StageFeatures(context, report, setup, features));
    }
}
