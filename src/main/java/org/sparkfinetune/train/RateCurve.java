package org.sparkfinetune.train;

/**
 * The usual learning rate schedules. A curve starts at example 0; {@link From} moves it to the start of a stage.
 * Computed with {@link StrictMath}, so that every machine gets the same bits.
 */
public sealed interface RateCurve extends LearningRateSchedule {
    /**
     * A constant factor.
     *
     * @param factor factor, 0 or more
     */
    record Constant(double factor) implements RateCurve {
        public Constant {
            requireFactor("factor", factor);
        }

        @Override
        public double factor(long examplesSeen) {
            return factor;
        }
    }

    /**
     * A rate that is multiplied by a factor at regular intervals.
     *
     * @param every interval in examples, at least 1
     * @param factor factor of each step, 0 or more
     */
    record Step(long every, double factor) implements RateCurve {
        public Step {
            requireExamples("every", every);
            requireFactor("factor", factor);
        }

        @Override
        public double factor(long examplesSeen) {
            return StrictMath.pow(factor, examplesSeen / every);
        }
    }

    /**
     * Half a cosine from 1 down to {@code end}, then constant; without restarts (Loshchilov and Hutter 2016,
     * arXiv:1608.03983).
     *
     * @param examples number of examples until the end is reached, at least 1
     * @param end last factor, 0 or more
     */
    record Cosine(long examples, double end) implements RateCurve {
        public Cosine {
            requireExamples("examples", examples);
            requireFactor("end", end);
        }

        @Override
        public double factor(long examplesSeen) {
            return between(1, end, (double) examplesSeen / examples);
        }
    }

    /**
     * Up from {@code start} to 1, then down to {@code end}, each along half a cosine (Smith and Topin 2017,
     * arXiv:1708.07120).
     *
     * @param examples number of examples of the cycle, at least 1
     * @param rise fraction of the examples in which the rate rises, above 0 and below 1
     * @param start first factor, 0 or more
     * @param end last factor, 0 or more
     */
    record OneCycle(long examples, double rise, double start, double end) implements RateCurve {
        public OneCycle {
            requireExamples("examples", examples);
            requireFactor("start", start);
            requireFactor("end", end);
            if (!(rise > 0 && rise < 1)) {
                throw new IllegalArgumentException("rise must be above 0 and below 1, found " + rise);
            }
        }

        @Override
        public double factor(long examplesSeen) {
            double part = (double) examplesSeen / examples;
            return part < rise ? between(start, 1, part / rise) : between(1, end, (part - rise) / (1 - rise));
        }
    }

    /**
     * A straight line from {@code start} to the beginning of another curve, then that curve.
     *
     * @param examples number of examples of the line, at least 1
     * @param start first factor, 0 or more
     * @param then curve after the line
     */
    record WarmUp(long examples, double start, RateCurve then) implements RateCurve {
        public WarmUp {
            requireExamples("examples", examples);
            requireFactor("start", start);
        }

        @Override
        public double factor(long examplesSeen) {
            if (examplesSeen >= examples) {
                return then.factor(examplesSeen - examples);
            }
            return start + (then.factor(0) - start) * examplesSeen / examples;
        }
    }

    /**
     * A curve that begins later.
     *
     * @param first number of examples before the curve begins, 0 or more
     * @param curve curve from there on
     */
    record From(long first, RateCurve curve) implements RateCurve {
        @Override
        public double factor(long examplesSeen) {
            return curve.factor(Math.max(0, examplesSeen - first));
        }
    }

    private static double between(double from, double to, double part) {
        double fraction = (1 - StrictMath.cos(Math.PI * Math.min(1, part))) / 2;
        return from + (to - from) * fraction;
    }

    private static void requireExamples(String name, long examples) {
        if (examples < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 example, found " + examples);
        }
    }

    private static void requireFactor(String name, double factor) {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be 0 or more, found " + factor);
        }
    }
}
