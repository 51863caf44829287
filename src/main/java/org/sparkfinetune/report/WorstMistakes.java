package org.sparkfinetune.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The most confident mistakes of any number of pictures, in memory for a few. Which ones does not depend on the order they come in. */
final class WorstMistakes implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Comparator<Seen> WORST_FIRST =
            Comparator.comparingDouble(Seen::probability).reversed().thenComparing(Seen::picture);

    private final int most;
    /** Sorted. */
    private final ArrayList<Seen> seen = new ArrayList<>();

    /** One of them, 0-based labels. */
    record Seen(String picture, int label, int predicted, float probability) implements Serializable {}

    /** @param most that are kept */
    WorstMistakes(int most) {
        this.most = most;
    }

    /** Keeps it when it is among the worst; one of no probability (NaN) never is. */
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

    /** The worst first. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }
}
