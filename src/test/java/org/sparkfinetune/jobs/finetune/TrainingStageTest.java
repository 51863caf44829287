package org.sparkfinetune.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.Networks;

class TrainingStageTest {
    private static FreezeLadder ladder;

    @BeforeAll
    static void build() {
        ModelCard card = ModelZoo.card("squeezenet");
        ladder = FreezeLadder.of(Networks.build(card, 1), card);
    }

    @Test
    void withoutStagesThereIsOne() {
        assertThat(TrainingStage.of(recipe("training: {epochs: 7, learningRate: 0.5, layerDecay: 0.25}"), ladder))
                .containsExactly(new TrainingStage(1, 1, highest(), 7, 0.5, 0.25));
    }

    @Test
    void whatAStageDoesNotSayIsThatOfTheTraining() {
        assertThat(TrainingStage.of(recipe("""
                        training:
                          learningRate: 0.5
                          layerDecay: 0.25
                          stages:
                            - {freezeUpTo: head, epochs: 2}
                            - {freezeUpTo: none, epochs: 3, learningRate: 0.1, layerDecay: 0.9}
                        """), ladder))
                .containsExactly(
                        new TrainingStage(1, 2, highest(), 2, 0.5, 0.25),
                        new TrainingStage(2, 2, FreezeLadder.NONE, 3, 0.1, 0.9));
    }

    @Test
    void aStageThatFreezesMoreThanTheOneBeforeIsRefused() {
        FinetuneRecipe recipe =
                recipe("training: {stages: [{freezeUpTo: none, epochs: 1}, {freezeUpTo: head, epochs: 1}]}");
        assertThatThrownBy(() -> TrainingStage.of(recipe, ladder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "training.stages[1].freezeUpTo: is " + highest() + ", above none of the stage before; a stage"
                                + " cannot freeze what an earlier one has trained: put the stages in the order of"
                                + " unfreezing");
    }

    @Test
    void everyFreezePointOfAStageIsCheckedBeforeAnythingStarts() {
        assertThatThrownBy(() -> recipe("training: {stages: [{freezeUpTo: poll, epochs: 1}]}\nfreezeUpTo: nowhere"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("r.yaml:freezeUpTo: \"nowhere\" is not a freeze point of squeezenet; ")
                .hasMessageContaining(
                        "r.yaml:training.stages[0].freezeUpTo: \"poll\" is not a freeze point of squeezenet; ");
    }

    private static String highest() {
        return ladder.freezePoint("f", "head");
    }

    private static FinetuneRecipe recipe(String more) {
        return (FinetuneRecipe) Jobs.read(YamlFile.parse("r.yaml", """
                kind: finetune
                dataset: d
                model: squeezenet
                output: o
                """ + more));
    }
}
