package org.sparkfinetune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** The text that {@code models list} and {@code models describe} print. */
final class ModelText {
    private static final String ROW = "%-20s %12s  %-11s %9s  %s";

    private ModelText() {}

    static String head() {
        return String.format(Locale.ROOT, ROW, "name", "parameters", "input", "embedding", "weights");
    }

    static String row(ModelCard card, WeightsCache.State state) {
        return String.format(
                Locale.ROOT,
                ROW,
                card.name(),
                count(card.parameters()),
                size(card),
                count(card.embedding().size()),
                state.name().toLowerCase(Locale.ROOT) + (unpinned(card) ? ", UNPINNED" : ""));
    }

    /** Checks every source, because the first that answers is used. */
    private static boolean unpinned(ModelCard card) {
        return card.weights().sources().stream().anyMatch(WeightsSource::unpinned);
    }

    /** Explains the words in the last column. */
    static List<String> legend() {
        return List.of(
                "",
                "cached     the weights are on this machine",
                "fetchable  the weights are downloaded when a job needs them, or by \"models fetch NAME\"",
                "missing    provide the file: \"models fetch NAME --from FILE\"",
                "UNPINNED   the card has no SHA-256: nothing proves that a file is the one its author published");
    }

    /** @param whereabouts state or place of the weights, one line */
    static List<String> description(ModelCard card, String whereabouts) {
        List<String> lines = new ArrayList<>();
        lines.add(card.name() + ": " + card.title());
        lines.add(line("paper", card.paper()));
        lines.add(line("licence", card.licence()));
        lines.add(line("parameters", count(card.parameters())));
        lines.add(line("input", input(card.input())));
        lines.add(line(
                "embedding",
                card.embedding().layer() + ", " + count(card.embedding().size()) + " floats"));
        lines.add(line("head", card.head() + ", replaced by fine-tuning"));
        lines.add(line("freezeUpTo", "one of, from bottom to top:"));
        card.freezePoints().forEach(point -> lines.add(line("", "  " + point)));
        if (!card.labels().isEmpty()) {
            lines.add(line("labels", String.join(", ", card.labels())));
        }
        lines.add(line("weights", whereabouts));
        card.weights().sources().forEach(source -> lines.add(line("", "  " + source(source))));
        return lines;
    }

    private static String line(String key, String value) {
        return String.format(Locale.ROOT, "  %-12s%s", key, value);
    }

    private static String input(Preprocessing input) {
        return String.format(
                Locale.ROOT,
                "%d x %d from the center of a picture whose short side is %d (%s); %s, minus %s, divided by %s",
                input.height(),
                input.width(),
                input.shortSide(),
                input.interpolation().name().toLowerCase(Locale.ROOT),
                input.channelOrder(),
                input.mean(),
                input.std());
    }

    private static String source(WeightsSource source) {
        String format = source.format().name().toLowerCase(Locale.ROOT).replace('_', '-');
        String bytes = source.bytes() == 0 ? "" : String.format(Locale.ROOT, ", %.1f MB", source.bytes() / 1e6);
        String pin = source.unpinned()
                ? "UNPINNED: "
                        + (source.checksum().isEmpty() ? "nothing" : "nothing but " + source.checksum())
                        + " proves that it is the file its author published"
                : "sha256 " + source.sha256();
        return source.location() + " (" + format + bytes + "; " + pin + ")";
    }

    private static String size(ModelCard card) {
        return card.input().height() + " x " + card.input().width();
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
