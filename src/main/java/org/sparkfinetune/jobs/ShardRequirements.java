package org.sparkfinetune.jobs;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.data.ClassFolders;

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
     * @param found label to count, absent is 0
     * @param what is counted, plural
     */
    void requireEnough(ClassFolders folders, Map<Integer, Long> found, String what) {
        if (found.isEmpty()) {
            throw new BadDataException(folders.root().toString(), "has no " + what + " in its class folders");
        }
        List<Problem> problems = IntStream.range(0, folders.labelNames().size())
                .filter(label -> found.getOrDefault(label, 0L) < needed)
                .mapToObj(
                        label -> new Problem(
                                folders.root()
                                        + Path.SEPARATOR
                                        + folders.labelNames().get(label),
                                "class has " + found.getOrDefault(label, 0L) + " " + what + ", at least " + needed
                                        + " are needed, one for each split; add pictures, remove the class, or set a split to 0"))
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
