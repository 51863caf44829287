package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The labels of a network's outputs. A label without pictures in training has no output.
 *
 * @param labels one for each output, 0-based, as in the label column
 * @param names one for each output
 */
record Classes(List<Integer> labels, List<String> names) implements Serializable {
    Classes {
        labels = List.copyOf(labels);
        names = List.copyOf(names);
        if (labels.size() != names.size()) {
            throw new IllegalArgumentException(labels.size() + " labels, " + names.size() + " names");
        }
    }

    /** Returns classes that are not known yet. */
    static Classes unknown() {
        return new Classes(List.of(), List.of());
    }

    /** Length of a vector with a position for each label up to the largest, as Spark ML uses it. */
    int vectorSize() {
        return labels.stream().mapToInt(label -> label + 1).max().orElse(0);
    }

    /** Returns the name of each label up to the largest; its number where it has no name. */
    List<String> namesByLabel() {
        return IntStream.range(0, vectorSize())
                .mapToObj(label -> labels.contains(label) ? names.get(labels.indexOf(label)) : String.valueOf(label))
                .toList();
    }
}
