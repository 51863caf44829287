package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.ClassWeighting;
import org.sparkfinetune.data.dataset.SplitBy;
import org.sparkfinetune.data.dataset.SplitFractions;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.ResizePolicy;
import org.sparkfinetune.data.source.SourceOptions;

class ShardRecipeTest {
    private static final String LEAST = "kind: shard\ninput: photos\noutput: dataset\n";

    @Test
    void everythingButInputAndOutputHasADefault() {
        assertThat(bind(LEAST))
                .isEqualTo(new ShardRecipe(
                        "shard",
                        "photos",
                        "dataset",
                        SourceOptions.AUTO,
                        42,
                        new SplitFractions(0.8, 0.1, 0.1),
                        SplitBy.RANK,
                        new ResizePolicy(256),
                        PictureLimits.DEFAULT,
                        0.05,
                        128L << 20,
                        ClassWeighting.NONE,
                        false,
                        false));
    }

    @Test
    void fingerprintDependsOnContentOnly() {
        String plain = fingerprint(LEAST);
        assertThat(fingerprint(LEAST + "overwrite: true")).isEqualTo(plain);
        assertThat(fingerprint(LEAST + "keepRemoved: true")).isEqualTo(plain);
        assertThat(fingerprint(LEAST + "splitBy: hash")).isNotEqualTo(plain);
        assertThat(fingerprint(LEAST + "source: {columns: {label: kind}}")).isNotEqualTo(plain);
        assertThat(fingerprint(LEAST + "classWeights: balanced")).isNotEqualTo(plain);
        assertThat(fingerprint(LEAST + "seed: 43")).isNotEqualTo(plain);
        assertThat(fingerprint(LEAST + "resize: {shortSide: 0}")).isNotEqualTo(plain);
        assertThat(fingerprint(LEAST + "splits: {train: 0.7, validation: 0.2}")).isNotEqualTo(plain);
    }

    @Test
    void wrongSplitsAreAProblemOfTheRecipe() {
        assertThatThrownBy(() -> bind(LEAST + "splits: {train: 0.9}"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("splits")
                .hasMessageContaining("train + validation + test must be 1");
    }

    private static String fingerprint(String yaml) {
        return ShardRecipe.fingerprint(bind(yaml).content("file:/photos"));
    }

    private static ShardRecipe bind(String yaml) {
        return YamlFile.bind("test.yaml", yaml, ShardRecipe.class);
    }
}
