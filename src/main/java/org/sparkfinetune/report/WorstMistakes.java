package org.sparkfinetune.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The most confident mistakes among any number of pictures; only these are in memory. The result does not depend on
 * their order.
 */
final class WorstMistakes implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Comparator<Seen> WORST_FIRST =
            Comparator.comparingDouble(Seen::probability).reversed().thenComparing(Seen::picture);

    private final int most;
    /** Sorted. */
    private final ArrayList<Seen> seen = new ArrayList<>();

    /** A mistake, with 0-based labels. */
    record Seen(String picture, int label, int predicted, float probability) implements Serializable {}

    /** @param most maximum number of mistakes that are kept */
    WorstMistakes(int most) {
        this.most = most;
    }

    /** Keeps a mistake when it is among the worst; one whose probability is NaN never is. */
    void add(Seen mistake) {
        if (Float.isNaN(mistake.probability())
                || seen.size() == most && WORST_FIRST.compare(mistake, seen.get(most - 1)) >= 0) {
            return;
        }
        int place = 0;
        while (place < seen.size() && WORST_FIRST.compare(seen.get(place), mistake) <= 0) {
            place++;
        }
        seen.add(place, mistake);
        if (seen.size() > most) {
            seen.remove(most);
        }
    }

    /** Returns the mistakes, worst first. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }
}
