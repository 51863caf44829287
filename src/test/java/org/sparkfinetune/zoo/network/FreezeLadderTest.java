package org.sparkfinetune.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;

class FreezeLadderTest {
    private final ModelCard card = card(SmallNetworks.FREEZE_POINTS);
    private final ComputationGraph whole = Head.replace(SmallNetworks.residual(1), "output", HeadSpec.plain(3), 7);
    private final FreezeLadder ladder = FreezeLadder.of(whole, card);

    private static ModelCard card(List<String> freezePoints) {
        ModelCard resnet = ModelZoo.card("resnet50");
        return new ModelCard(
                "residual",
                resnet.title(),
                resnet.paper(),
                resnet.licence(),
                resnet.network(),
                1,
                resnet.input(),
                resnet.weights(),
                freezePoints,
                resnet.embedding(),
                "output",
                List.of());
    }

    @Test
    void aRungIsWhatHasParametersBetweenTwoFreezePoints() {
        assertThat(ladder.groups()).containsExactly("stem", "a", "bnA", "b", "shortcut", "head");
        assertThat(FreezeLadder.of(whole, card(List.of("stem", "relu", "pool"))).groups())
                .containsExactly("stem", "relu", "head");
    }

    @ParameterizedTest
    @CsvSource({"head,pool", "none,none", "relu,relu", "all-but-1,b", "all-but-4,stem", "all-but-5,none"})
    void whatTheUserSaysBecomesAFreezePoint(String text, String freezePoint) {
        assertThat(ladder.freezePoint("f", text)).isEqualTo(freezePoint);
        assertThatCode(() -> FreezeLadder.check("f", text, card)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-but-0", "all-but-6", "all-but-", "all-but-x", "all-but--1", "all-but-99999999999"})
    void moreOrLessThanAllRungsCannotBeUnfrozen(String text) {
        assertThatThrownBy(() -> ladder.freezePoint("r.yaml:freezeUpTo", text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("r.yaml:freezeUpTo: is \"" + text + "\"; allowed are all-but-1 to all-but-5");
    }

    @Test
    void anotherLayerIsAnsweredWithTheFreezePoints() {
        String message =
                "f: \"rel\" is not a freeze point of residual; allowed are none, all-but-K, head and, from bottom"
                        + " to top, " + SmallNetworks.FREEZE_POINTS + "; did you mean \"relu\"?";
        assertThatThrownBy(() -> ladder.freezePoint("f", "rel")).hasMessage(message);
        assertThatThrownBy(() -> FreezeLadder.check("f", "rel", card)).hasMessage(message);
    }

    @Test
    void everyRungBelowTheHeadLearnsMoreSlowlyUnlessItIsNamed() {
        assertThat(ladder.learningRateFactors(0.5, Map.of("bnA", 0.75)))
                .containsOnly(
                        entry("output", 1.0),
                        entry("shortcut", 0.5),
                        entry("b", 0.25),
                        entry("bnA", 0.75),
                        entry("a", 0.0625),
                        entry("stem", 0.03125));
        assertThat(ladder.learningRateFactors(1, Map.of()))
                .allSatisfy((layer, factor) -> assertThat(factor).isEqualTo(1));
    }

    @Test
    void theMoreIsFrozenTheHigher() {
        assertThat(ladder.height("none")).isZero();
        assertThat(ladder.height("a")).isGreaterThan(ladder.height("stem"));
        assertThat(ladder.height("stem")).isGreaterThan(0);
    }
}
