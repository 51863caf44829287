package org.sparkfinetune.train.round;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.sparkfinetune.train.EpochSlice;
import scala.Tuple2;

/**
 * Checks that the arriving examples are those of the slice: each position exactly once, and no other. Ends before the
 * first wrong example.
 *
 * @param <T> an example
 */
final class SliceExamples<T> implements Iterator<T> {
    private final EpochSlice slice;
    private final Iterator<Tuple2<Long, T>> arrived;
    /** Position of the next example. */
    private long expected;
    /** Position of an example that is not in the slice, or comes too early; null if there is none. */
    private Long wrong;

    private T ready;

    /** @param arrived pairs of position and example, sorted by position */
    SliceExamples(EpochSlice slice, Iterator<Tuple2<Long, T>> arrived) {
        this.slice = slice;
        this.arrived = arrived;
        this.expected = slice.from();
    }

    @Override
    public boolean hasNext() {
        if (ready == null && wrong == null && arrived.hasNext()) {
            Tuple2<Long, T> example = arrived.next();
            if (example._1() != expected || expected >= slice.to()) {
                wrong = example._1();
            } else {
                ready = example._2();
                expected++;
            }
        }
        return ready != null;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T example = ready;
        ready = null;
        return example;
    }

    /** Description of what is wrong with the examples; to be called at the end. */
    Optional<String> fault() {
        if (wrong != null) {
            return Optional.of(describe(wrong));
        }
        return expected == slice.to() ? Optional.empty() : Optional.of(describe(slice.to()));
    }

    private String describe(long found) {
        if (found < expected) {
            return "two examples have the same index, or an index is outside 0..n-1";
        }
        return (found - expected) + " example(s) are missing from position " + expected
                + " of the order on, or an index is outside 0..n-1";
    }
}
