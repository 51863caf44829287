package org.sparkfinetune.zoo.card;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sparkfinetune.check.Sha256;

/** Cards of the zoo with something changed. */
public final class Cards {
    private Cards() {}

    /** Its weights from elsewhere. */
    public static ModelCard withSources(ModelCard card, WeightsSource... sources) {
        return with(card, card.input(), card.parameters(), sources);
    }

    /** Another size of picture; the network's parameters change where a feature map is flattened. */
    public static ModelCard ofSize(ModelCard card, int pixels) {
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

    public static WeightsSource npm(String npm, String sha256, long bytes) {
        return new WeightsSource(
                npm, "", "", "", WeightsSource.Format.TFJS_LAYERS, "package/model.json", "", sha256, bytes, "", false);
    }

    public static WeightsSource unpinnedPath(String path, WeightsSource.Format format) {
        return new WeightsSource("", "", "", path, format, "", "", "", 0, "", true);
    }

    /** A file of this machine, pinned to what is in it now. */
    public static WeightsSource pinnedPath(Path file, WeightsSource.Format format) throws IOException {
        return new WeightsSource(
                "", "", "", file.toString(), format, "", "", Sha256.of(file), Files.size(file), "", false);
    }

    public static WeightsSource url(String url, String sha256, long bytes) {
        return new WeightsSource("", "", url, "", WeightsSource.Format.KERAS_H5, "", "", sha256, bytes, "", false);
    }
}
