package org.sparkfinetune.jobs.examples;

import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.train.tail.TailOutputs;

/**
 * Counts predictions for pictures that are known by their number.
 *
 * @param scorecard where the number stands for the picture
 */
public record NumberedCount(Scorecard scorecard) implements TailOutputs.Count<NumberedCount> {
    /** To begin with. */
    public record Empty(ArrayList<String> labelNames) implements TailOutputs.Empty<NumberedCount> {
        public static Empty of(List<String> labelNames) {
            return new Empty(new ArrayList<>(labelNames));
        }

        @Override
        public NumberedCount get() {
            return new NumberedCount(new Scorecard(labelNames));
        }
    }

    @Override
    public void count(long number, int label, float[] output) {
        // Of one length, so that they sort as the numbers do.
        scorecard.count(String.format("%019d", number), label, output);
    }

    @Override
    public NumberedCount merge(NumberedCount other) {
        scorecard.merge(other.scorecard);
        return this;
    }
}
