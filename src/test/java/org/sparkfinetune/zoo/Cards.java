package org.sparkfinetune.zoo;

import java.util.List;

/** Cards of the zoo with something changed. */
final class Cards {
    private Cards() {}

    static ModelCard withSources(ModelCard card, WeightsSource... sources) {
        return with(card, card.input(), card.parameters(), sources);
    }

    /** Another size of picture; the network's parameters change where a feature map is flattened. */
    static ModelCard ofSize(ModelCard card, int pixels) {
        Preprocessing input = card.input();
        return with(
                card,
                new Preprocessing(
                        pixels, pixels, pixels, input.interpolation(), input.channelOrder(), input.mean(), input.std()),
                card.parameters(),
                card.weights().sources().toArray(WeightsSource[]::new));
    }

    static ModelCard with(ModelCard card, Preprocessing input, long parameters, WeightsSource... sources) {
        return new ModelCard(
                card.name(),
                card.title(),
                card.paper(),
                card.licence(),
                card.network(),
                parameters,
                input,
                new ModelCard.Weights(List.of(sources)),
                card.freezePoints(),
                card.embedding(),
                card.head(),
                card.labels());
    }

    static WeightsSource npm(String npm, String sha256, long bytes) {
        return new WeightsSource(
                npm, "", "", "", WeightsFormat.TFJS_LAYERS, "package/model.json", "", sha256, bytes, "", false);
    }

    static WeightsSource unpinnedPath(String path, WeightsFormat format) {
        return new WeightsSource("", "", "", path, format, "", "", "", 0, "", true);
    }

    static WeightsSource url(String url, String sha256, long bytes) {
        return new WeightsSource("", "", url, "", WeightsFormat.KERAS_H5, "", "", sha256, bytes, "", false);
    }
}
