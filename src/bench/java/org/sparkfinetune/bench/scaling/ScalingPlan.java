package org.sparkfinetune.bench.scaling;

import java.util.List;

/**
 * What {@link Scaling} computes.
 *
 * @param cases trainings
 * @param examples in the training set
 * @param frequencies minibatches between two averagings, each tried
 * @param gigabits of the network per second, each tried
 * @param faster executors, as multiples of the one that was measured
 * @param gain below which doubling the executors is not worth it: 1 is twice as fast
 * @param costs whose {@code bytesPerSecond} is one of {@code gigabits}
 */
record ScalingPlan(
        List<Case> cases,
        long examples,
        List<Integer> frequencies,
        List<Double> gigabits,
        List<Double> faster,
        double gain,
        RoundModel.Costs costs) {
    private static final double BYTES_PER_GIGABIT = 125e6;

    /**
     * A training.
     *
     * @param name in the file of inputs
     * @param title for people
     * @param bytes that a worker sends in a round
     * @param secondsPerExample on one executor
     * @param batchSize examples in a minibatch of a worker
     */
    record Case(String name, String title, long bytes, double secondsPerExample, long batchSize) {
        /** The same on other executors. */
        Case faster(double times) {
            return new Case(name, title, bytes, secondsPerExample / times, batchSize);
        }
    }

    RoundModel model(Case one, double gigabit) {
        RoundModel.Costs over = new RoundModel.Costs(
                gigabit * BYTES_PER_GIGABIT,
                costs.copiedPerSecond(),
                costs.addedPerSecond(),
                costs.stageSeconds(),
                costs.taskSeconds(),
                costs.requestSeconds());
        return new RoundModel(over, one.bytes(), one.secondsPerExample());
    }
}
