package org.sparkfinetune.train.round;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.sparkfinetune.train.Slice;
import scala.Tuple2;

/**
 * Checks on the way that the examples which arrive are those of the slice: each position once, none missing, none else. Ends
 * before the first that is wrong.
 *
 * @param <T> an example
 */
final class SliceExamples<T> implements Iterator<T> {
    private final Slice slice;
    private final Iterator<Tuple2<Long, T>> arrived;
    /** Position of the next example to come. */
    private long expected;
    /** Position of an example that is none of the slice's, or comes too early. */
    private Long wrong;

    private T ready;

    /** @param arrived position and example, in the order of positions */
    SliceExamples(Slice slice, Iterator<Tuple2<Long, T>> arrived) {
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

    /** What is wrong with the examples, once there are no more. */
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
