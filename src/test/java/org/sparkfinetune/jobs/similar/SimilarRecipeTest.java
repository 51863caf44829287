package org.sparkfinetune.jobs.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.features.similar.Metric;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.Recipe;

class SimilarRecipeTest {
    private static final String LEAST = "kind: similar\nembeddings: e\noutput: o\n";

    @Test
    void everythingButEmbeddingsAndOutputHasADefault() {
        assertThat(read(""))
                .isEqualTo(new SimilarRecipe("similar", "e", "", "embedding", 10, Metric.COSINE, 0.98, "o", false));
    }

    @Test
    void theTextOfTheFingerprintStaysThatOfEarlierVersions() {
        assertThat(((SimilarRecipe) read("")).wantedText())
                .isEqualTo("Wanted[neighbours=10, metric=COSINE, duplicates=0.98]");
    }

    @Test
    void withQueriesNoDuplicatesAreLookedForUnlessTheRecipeSaysSo() {
        assertThat(((SimilarRecipe) read("queries: q")).duplicates()).isZero();
        assertRefused(
                "queries: q\nduplicates: 0.9",
                "r.yaml:duplicates: is 0.9, but groups are made within one table; remove duplicates or queries");
    }

    @Test
    void aJobWithNothingToDoIsRefused() {
        assertRefused(
                "neighbours: 0\nduplicates: 0",
                "r.yaml:neighbours: is 0 and so is duplicates, so there is nothing to do; set one of them");
    }

    @Test
    void valuesOutOfTheirRangesAreRefused() {
        assertRefused(
                "neighbours: 1001\nduplicates: 1.1\nmetric: cosin",
                "r.yaml:neighbours: is 1001, allowed is 0 to 1000\n"
                        + "r.yaml:metric: is \"cosin\", allowed are [cosine, euclidean]; did you mean \"cosine\"?\n"
                        + "r.yaml:duplicates: is 1.1, allowed is 0 to 1");
    }

    private static Recipe read(String more) {
        return Jobs.read(YamlFile.parse("r.yaml", LEAST + more));
    }

    private static void assertRefused(String more, String message) {
        assertThatThrownBy(() -> read(more))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}
