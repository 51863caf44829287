package org.sparkfinetune.jobs.lrfind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.shard.ShardFixture;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Summary;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.train.rates.RateTrial;
import org.sparkfinetune.train.rates.RateTrials;

@Tag("spark")
class LrFindJobTest {
    @Test
    void aRateWithNearlyTheLowestLossIsSuggestedAndTheSameCommandAgainDoesNothing() throws IOException {
        SmallRun shared = SmallRun.shared();
        Path output = shared.folder().resolve("rates");
        RunReport report = SmallRun.job(recipe(shared, output, ""));
        RunReport.LearningRateSearch search = report.learningRateSearch();
        assertThat(search.candidates())
                .extracting(RunReport.RateCandidate::learningRate)
                .containsExactly(0.0001, 0.01, 1.0);
        assertThat(RateTrials.suggestion(byValidationLoss(search))).hasValue(search.suggestion());
        assertThat(search.batchSize()).isEqualTo(8);
        assertThat(ShardFixture.names(output))
                .containsExactly("events.jsonl", "recipe.yaml", "report.html", "report.json");
        assertThat(Files.readString(output.resolve("report.html"))).contains("<svg ");
        assertThat(Summary.of(report)).contains("  suggested: learningRate: ");
        RecordedProgress progress = new RecordedProgress();
        SmallRun.job(recipe(shared, output, ""), progress);
        assertThat(progress.told()).last().isEqualTo("already done: " + output);
    }

    private static List<RateTrial> byValidationLoss(RunReport.LearningRateSearch search) {
        return search.candidates().stream()
                .map(one -> new RateTrial(one.learningRate(), one.diverged() ? Double.NaN : one.validationLoss(), null))
                .toList();
    }

    @Test
    void stagesAreRefused() {
        assertThatThrownBy(() -> Jobs.read(YamlFile.parse("r.yaml", """
                        kind: lr-find
                        dataset: d
                        model: resnet50
                        output: o
                        training: {stages: [{freezeUpTo: head, epochs: 1}]}
                        """)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "r.yaml:training.stages: is set; rates are searched for one freezeUpTo at a time: remove the"
                                + " stages");
    }

    @Test
    void aMinibatchThatCannotBeCountedIsRefused() {
        assertThatThrownBy(() -> Jobs.read(YamlFile.parse("r.yaml", large(65536))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("r.yaml:training.batchSizePerWorker: 65536 for each of 65536 workers is a minibatch of"
                        + " 4294967296 examples, and a rate is tried with at most 2147483647; lower it, or"
                        + " training.workers");
        assertThat(Jobs.read(YamlFile.parse("r.yaml", large(32767)))).isInstanceOf(LrFindRecipe.class);
    }

    private static String large(int batchSizePerWorker) {
        return """
                kind: lr-find
                dataset: d
                model: resnet50
                output: o
                training: {workers: 65536, batchSizePerWorker: %d}
                """.formatted(batchSizePerWorker);
    }

    private static String recipe(SmallRun shared, Path output, String more) {
        return """
                kind: lr-find
                dataset: "%s"
                model: squeezenet
                weights: random
                output: "%s"
                head: {l2: 0}
                training: {batchSizePerWorker: 4}
                search: {from: 0.0001, to: 1, candidates: 3, steps: 4}
                %s
                """.formatted(shared.dataset(), output, more);
    }
}
