package org.sparkfinetune.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** "Did you mean": the allowed word nearest to a misspelled one. */
public final class Suggestion {
    private Suggestion() {}

    /**
     * Returns text to append to an error message.
     *
     * @return {@code "; did you mean \"epochs\"?"}, or the empty string when no allowed word is near
     */
    public static String didYouMean(String word, Collection<String> allowed) {
        int tolerance = Math.max(2, word.length() / 3);
        return allowed.stream()
                .filter(candidate -> distance(word, candidate) <= tolerance)
                .min(Comparator.comparingInt((String candidate) -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .map(candidate -> "; did you mean \"" + candidate + "\"?")
                .orElse("");
    }

    /** Levenshtein distance, ignoring case; written here because this package uses the JDK only. */
    private static int distance(String a, String b) {
        String left = a.toLowerCase(Locale.ROOT);
        String right = b.toLowerCase(Locale.ROOT);
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substitution = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
