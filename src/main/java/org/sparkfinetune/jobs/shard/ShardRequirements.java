package org.sparkfinetune.jobs.shard;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.dataset.SplitFractions;
import org.sparkfinetune.data.source.PictureInput;

/**
 * The requirements that pictures must meet to become a dataset.
 *
 * @param needed least number of pictures of each class
 */
record ShardRequirements(int needed) {
    /**
     * Requires enough pictures of each class for the splits; reports all classes with too few together.
     *
     * @param found number of pictures by label name
     * @param what plural noun for what is counted
     */
    void requireEnough(PictureInput input, List<String> labelNames, Map<String, Long> found, String what) {
        if (found.isEmpty()) {
            throw new BadDataException(
                    input.root().toString(),
                    "has no " + what + (input.declaredLabels().isEmpty() ? " with a label" : " in its class folders"));
        }
        List<Problem> problems = labelNames.stream()
                .filter(label -> found.getOrDefault(label, 0L) < needed)
                .map(label -> new Problem(
                        input.placeOf(label),
                        "class has " + found.getOrDefault(label, 0L) + " " + what + ", at least " + needed
                                + (needed > 1 ? " are needed, one for each split" : " is needed")
                                + "; add pictures, remove the class" + (needed > 1 ? ", or set a split to 0" : "")))
                .toList();
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
    }

    /** Requires at least two classes. */
    static void requireClasses(PictureInput input, List<String> labelNames) {
        if (labelNames.size() == 1) {
            throw new BadDataException(
                    input.root().toString(),
                    "has one class (" + labelNames.get(0) + "); at least 2 classes are needed");
        }
    }

    /** Requires pictures in every split of the recipe: with few groups, one may be left empty. */
    static void requireSplits(PictureInput input, SplitFractions wanted, Map<String, Map<String, Long>> perSplit) {
        List<Problem> problems = Stream.of(Split.values())
                .filter(split -> wanted.of(split) > 0 && !perSplit.containsKey(split.key()))
                .map(split -> new Problem(
                        input.root().toString(),
                        "leaves split " + split.key()
                                + " empty: there are too few groups (source.columns.group); add groups, or set splits."
                                + split.key() + " to 0"))
                .toList();
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
    }

    static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
