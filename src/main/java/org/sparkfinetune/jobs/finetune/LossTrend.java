package org.sparkfinetune.jobs.finetune;

import java.util.List;

/**
 * Whether losses still fall.
 *
 * @param losses one an epoch, first epoch first
 * @param improvement how much lower than the lowest before a loss must be to count
 */
record LossTrend(List<Double> losses, double improvement) {

    /** Epochs since the last one that counted. */
    int epochsWithoutImprovement() {
        double lowest = Double.POSITIVE_INFINITY;
        int since = 0;
        for (double loss : losses) {
            since = loss < lowest - improvement ? 0 : since + 1;
            lowest = since == 0 ? loss : lowest;
        }
        return since;
    }

    /** How often so many epochs in a row did not improve; after each time the count begins anew. */
    int plateaus(int patience) {
        double lowest = Double.POSITIVE_INFINITY;
        int since = 0;
        int plateaus = 0;
        for (double loss : losses) {
            since = loss < lowest - improvement ? 0 : since + 1;
            lowest = Math.min(lowest, loss);
            if (since == patience) {
                plateaus++;
                since = 0;
            }
        }
        return plateaus;
    }
}
