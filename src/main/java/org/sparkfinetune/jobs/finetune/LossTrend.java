package org.sparkfinetune.jobs.finetune;

import java.util.List;

/**
 * Tells whether losses still fall.
 *
 * @param losses one loss per epoch, first epoch first
 * @param improvement difference to the lowest earlier loss from which a lower loss counts as an improvement
 */
record LossTrend(List<Double> losses, double improvement) {

    /** Number of epochs since the last one that improved. */
    int epochsWithoutImprovement() {
        double lowest = Double.POSITIVE_INFINITY;
        int since = 0;
        for (double loss : losses) {
            since = loss < lowest - improvement ? 0 : since + 1;
            lowest = since == 0 ? loss : lowest;
        }
        return since;
    }

    /** Number of times that {@code patience} epochs in a row did not improve; the count restarts after each. */
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
