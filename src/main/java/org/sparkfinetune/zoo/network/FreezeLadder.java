package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * The layers of a network in the order in which they are unfrozen, grouped by freeze point: to a freeze point of the
 * card belong the layers with parameters between it and the one below. The new head is the highest group,
 * {@value #HEAD}.
 */
public final class FreezeLadder {
    /** As a freeze point: everything but the head is frozen. As a group of layers: the head. */
    public static final String HEAD = "head";

    /** As a freeze point: nothing is frozen. */
    public static final String NONE = "none";

    /** Prefix of the number of freeze points below the head whose layers are trained too. */
    public static final String ALL_BUT = "all-but-";

    private final ModelCard card;
    /** Freeze point to the names of its layers, from bottom to top. */
    private final Map<String, List<String>> groups = new LinkedHashMap<>();

    private FreezeLadder(ModelCard card) {
        this.card = card;
    }

    /**
     * @param whole network of the card, with the original or a new head
     * @param card model card with the freeze points of the network
     */
    public static FreezeLadder of(ComputationGraph whole, ModelCard card) {
        FreezeLadder ladder = new FreezeLadder(card);
        ComputationGraphConfiguration configuration = whole.getConfiguration();
        Set<String> below = new HashSet<>();
        for (String point : card.freezePoints()) {
            Set<String> upTo = NetworkCut.withAncestors(configuration, point);
            ladder.add(point, whole, name -> upTo.contains(name) && !below.contains(name));
            below.addAll(upTo);
        }
        ladder.add(HEAD, whole, name -> !below.contains(name));
        return ladder;
    }

    private void add(String point, ComputationGraph whole, Predicate<String> chosen) {
        List<String> layers = Stream.of(whole.getLayers())
                .filter(layer -> layer.numParams() > 0)
                .map(FreezeLadder::name)
                .filter(chosen)
                .toList();
        if (!layers.isEmpty()) {
            groups.put(point, layers);
        }
    }

    private static String name(Layer layer) {
        return layer.conf().getLayer().getLayerName();
    }

    /** Returns the freeze points that have layers to train, from bottom to top, the head last. */
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    /**
     * Checks whether a text can name a freeze point of a card, as far as this is known without the network.
     *
     * @param place place of the text, {@code file:key}
     * @throws InvalidRequestException when it cannot
     */
    public static void check(String place, String text, ModelCard card) {
        if (text.startsWith(ALL_BUT)) {
            number(place, text, card.freezePoints().size());
        } else if (!text.equals(HEAD) && !text.equals(NONE)) {
            card.requireFreezePoint(place, text);
        }
    }

    /**
     * Returns the vertex to freeze up to.
     *
     * @param text {@code head}, {@code none}, {@code all-but-K} (all but the K highest groups below the head), or a
     *     freeze point of the card
     * @return a freeze point of the card, or {@value #NONE}
     * @throws InvalidRequestException when it is none of these
     */
    public String freezePoint(String place, String text) {
        if (text.equals(HEAD)) {
            return card.freezePoints().get(card.freezePoints().size() - 1);
        }
        if (text.startsWith(ALL_BUT)) {
            List<String> below = groups().subList(0, groups.size() - 1);
            int kept = below.size() - number(place, text, below.size());
            return kept == 0 ? NONE : below.get(kept - 1);
        }
        return text.equals(NONE) ? NONE : card.requireFreezePoint(place, text);
    }

    private static int number(String place, String text, int most) {
        String digits = text.substring(ALL_BUT.length());
        int number = digits.matches("[0-9]{1,4}") ? Integer.parseInt(digits) : 0;
        if (number < 1 || number > most) {
            throw new InvalidRequestException(
                    place, "is \"" + text + "\"; allowed are " + ALL_BUT + "1 to " + ALL_BUT + most);
        }
        return number;
    }

    /**
     * Returns how much is frozen: 0 for {@value #NONE}, more for a higher freeze point.
     *
     * @param freezePoint a result of {@link #freezePoint}
     */
    public int height(String freezePoint) {
        return freezePoint.equals(NONE) ? 0 : 1 + card.freezePoints().indexOf(freezePoint);
    }

    /**
     * Returns the factors of the learning rates: {@code decay} once for each group between a layer and the head.
     *
     * @param decay 1 trains all layers at one rate
     * @param named freeze points with a factor of their own
     * @return layer to factor, for all layers with parameters
     */
    public Map<String, Double> learningRateFactors(double decay, Map<String, Double> named) {
        Map<String, Double> factors = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(groups.keySet());
        for (int i = 0; i < names.size(); i++) {
            double factor = named.getOrDefault(names.get(i), StrictMath.pow(decay, names.size() - 1.0 - i));
            groups.get(names.get(i)).forEach(layer -> factors.put(layer, factor));
        }
        return factors;
    }
}
