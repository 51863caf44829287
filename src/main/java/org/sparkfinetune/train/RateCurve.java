package org.sparkfinetune.train;

/**
 * The usual learning rate schedules. A curve starts at its first example; {@link From} moves it to where a stage of the
 * training starts. Computed with {@link StrictMath}, so that every machine gets the same bits.
 */
public sealed interface RateCurve extends LearningRateSchedule {
    /** The same factor all the time. */
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
     * Multiplied by a factor again and again.
     *
     * @param every so many examples, at least 1
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
     * Half a cosine from 1 down to {@code end}, which stays afterwards; without restarts (Loshchilov and Hutter 2016,
     * arXiv:1608.03983).
     *
     * @param examples until the end is reached, at least 1
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
     * @param examples of the whole cycle, at least 1
     * @param rise part of them that goes up, above 0 and below 1
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
     * A straight line from {@code start} to where another curve begins, then that one.
     *
     * @param examples of the line, at least 1
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
     * @param first examples seen when it begins, 0 or more
     */
    record From(long first, RateCurve curve) implements RateCurve {
        @Override
        public double factor(long examplesSeen) {
            return curve.factor(Math.max(0, examplesSeen - first));
        }
    }

    private static double between(double from, double to, double part) {
        double way = (1 - StrictMath.cos(Math.PI * Math.min(1, part))) / 2;
        return from + (to - from) * way;
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
