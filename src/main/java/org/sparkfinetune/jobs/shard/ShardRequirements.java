package org.sparkfinetune.jobs.shard;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.SplitFractions;
import org.sparkfinetune.data.source.PictureInput;

/**
 * What pictures must fulfil to become a dataset.
 *
 * @param needed pictures of each class
 * @param maxRejectedFraction of all files
 */
record ShardRequirements(int needed, double maxRejectedFraction) {
    /**
     * Every class has what the splits need; all that do not are reported together.
     *
     * @param found label name to count, absent is 0
     * @param what is counted, plural
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

    /** At least two classes: with one there is nothing to tell apart. */
    static void requireClasses(PictureInput input, List<String> labelNames) {
        if (labelNames.size() == 1) {
            throw new BadDataException(
                    input.root().toString(),
                    "has one class (" + labelNames.get(0) + "); at least 2 classes are needed");
        }
    }

    /** A split that was asked for has pictures: with few groups one may go without. */
    static void requireSplits(PictureInput input, SplitFractions wanted, Map<String, Map<String, Long>> perSplit) {
        List<Problem> problems = DatasetSchema.SPLITS.stream()
                .filter(split -> wanted.of(split) > 0 && !perSplit.containsKey(split))
                .map(split -> new Problem(
                        input.root().toString(),
                        "leaves split " + split
                                + " empty: there are too few groups (source.columns.group); add groups, or set splits."
                                + split + " to 0"))
                .toList();
        if (!problems.isEmpty()) {
            throw new BadDataException(problems);
        }
    }

    boolean tooManyRejected(long files, Map<String, Long> rejectedByClass) {
        return sum(rejectedByClass) > maxRejectedFraction * files;
    }

    /**
     * @param examples a few lines of {@code path: error}
     * @param kept folder in which all of them can be read
     */
    BadDataException rejectedTooMany(
            String input, long files, Map<String, Long> rejectedByClass, List<String> examples, Path kept) {
        String classes = rejectedByClass.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return new BadDataException(
                input,
                sum(rejectedByClass) + " of " + files + " files are not usable (" + classes
                        + "), more than maxRejectedFraction " + maxRejectedFraction + " allows; for example "
                        + String.join(", ", examples) + "; all of them are listed in " + kept
                        + "; mend or remove them, or raise maxRejectedFraction");
    }

    static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
