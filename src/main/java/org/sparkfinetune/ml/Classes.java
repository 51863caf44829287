package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which labels the outputs of a network stand for. A label that no picture had when it was trained has no output.
 *
 * @param labels one an output, 0-based, as they are in the label column
 * @param names one an output
 */
record Classes(List<Integer> labels, List<String> names) implements Serializable {
    Classes {
        labels = List.copyOf(labels);
        names = List.copyOf(names);
        if (labels.size() != names.size()) {
            throw new IllegalArgumentException(labels.size() + " labels, " + names.size() + " names");
        }
    }

    /** Not known yet. */
    static Classes unknown() {
        return new Classes(List.of(), List.of());
    }

    /** Length of a vector with a place for each label up to the largest, as Spark ML has it. */
    int vectorSize() {
        return labels.stream().mapToInt(label -> label + 1).max().orElse(0);
    }

    /** Name of each label up to the largest; its number where it has none. */
    List<String> namesByLabel() {
        return IntStream.range(0, vectorSize())
                .mapToObj(label -> labels.contains(label) ? names.get(labels.indexOf(label)) : String.valueOf(label))
                .toList();
    }
}
