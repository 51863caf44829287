package org.sparkfinetune.features.similar;

import java.util.List;

/**
 * Finds the nearest rows of one block for each row of another. Cosines in single precision say which rows could be among them; their
 * scores are computed exactly, and decide.
 */
final class NearestFinder {
    /** Instead of a row, where none is left out. */
    static final int NOBODY = -1;

    private final Metric metric;
    private final Vectors targets;
    private final Vectors sources;
    private final int firstSource;
    private final int[] leftOut;
    private final double error;
    private final HighestValues atLeast;
    private final Nearest found;

    /**
     * @param targetBlock whose rows get neighbours
     * @param leftOut of each target the row of the sources that is no neighbour, or {@link #NOBODY}
     */
    NearestFinder(
            Wanted wanted, VectorBlock targetBlock, VectorBlock sourceBlock, List<Vectors> vectors, int[] leftOut) {
        this.metric = wanted.metric();
        this.targets = vectors.get(0);
        this.sources = vectors.get(1);
        this.firstSource = sourceBlock.first();
        this.leftOut = leftOut;
        this.error = CosinePanels.error(targets.length());
        this.atLeast = new HighestValues(wanted.neighbours());
        this.found = new Nearest(targetBlock, wanted.neighbours());
    }

    /** Looks at the cosines of one target with some sources. */
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
}
