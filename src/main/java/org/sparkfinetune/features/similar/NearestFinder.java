package org.sparkfinetune.features.similar;

import java.util.List;

/**
 * Finds the nearest rows of one block for each row of another. Cosines in single precision select candidates; their
 * exact scores decide.
 */
final class NearestFinder {
    /** Used instead of a row where none is left out. */
    static final int NONE = -1;

    private final Metric metric;
    private final Vectors targets;
    private final Vectors sources;
    private final int firstSource;
    private final int[] leftOut;
    private final double error;
    private final HighestValues atLeast;
    private final Nearest found;

    /**
     * @param targetBlock block whose rows get neighbours
     * @param leftOut for each target, the source row that is not a neighbour, or {@link #NONE}
     */
    NearestFinder(
            NeighbourQuery query,
            VectorBlock targetBlock,
            VectorBlock sourceBlock,
            List<Vectors> vectors,
            int[] leftOut) {
        this.metric = query.metric();
        this.targets = vectors.get(0);
        this.sources = vectors.get(1);
        this.firstSource = sourceBlock.first();
        this.leftOut = leftOut;
        this.error = CosinePanels.error(targets.length());
        this.atLeast = new HighestValues(query.neighbours());
        this.found = new Nearest(targetBlock, query.neighbours());
    }

    /** Examines the cosines of one target with some sources. */
    void look(int target, Panel.Strip strip) {
        double norm = targets.norm(target);
        atLeast.clear();
        for (int at = 0; at < strip.count(); at++) {
            int source = strip.source(at);
            if (source != leftOut[target]) {
                double sourceNorm = sources.norm(source);
                atLeast.offer(
                        metric.estimate(strip.cosine(at), norm, sourceNorm) - metric.slack(error, norm, sourceNorm));
            }
        }
        double needed = Math.max(found.needed(target), atLeast.lowest());
        for (int at = 0; at < strip.count(); at++) {
            int source = strip.source(at);
            double sourceNorm = sources.norm(source);
            double atMost = metric.estimate(strip.cosine(at), norm, sourceNorm) + metric.slack(error, norm, sourceNorm);
            if (atMost >= needed && source != leftOut[target]) {
                found.offer(target, metric.score(targets, target, sources, source), firstSource + source);
            }
        }
    }

    Nearest found() {
        return found;
    }

    /** The highest of some values, up to a maximum number. */
    private static final class HighestValues {
        private final double[] values;
        private int count;

        /** @param most at least 1 */
        HighestValues(int most) {
            this.values = new double[most];
        }

        void clear() {
            count = 0;
        }

        void offer(double value) {
            boolean full = count == values.length;
            if (full && value <= lowest()) {
                return;
            }
            int at = full ? count - 1 : count++;
            for (; at > 0 && values[at - 1] < value; at--) {
                values[at] = values[at - 1];
            }
            values[at] = value;
        }

        /** The lowest of the kept values; minus infinity while there is room. */
        double lowest() {
            return count < values.length ? Double.NEGATIVE_INFINITY : values[count - 1];
        }
    }
}
