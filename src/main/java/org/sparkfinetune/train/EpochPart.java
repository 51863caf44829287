package org.sparkfinetune.train;

/**
 * The finished part of an unfinished epoch. Together with the rest of a {@link TrainingState}, a training can resume
 * within the epoch: the number of rounds determines the next examples and the learning rate.
 *
 * @param rounds finished rounds, 0 or more
 * @param examples examples trained in these rounds
 * @param lossSum sum of their losses
 * @param hits number of them whose highest output was that of their label
 */
public record EpochPart(int rounds, long examples, double lossSum, long hits) {
    /** The part between two epochs: nothing. */
    public static final EpochPart NONE = new EpochPart(0, 0, 0, 0);

    public EpochPart {
        if (rounds < 0 || examples < 0 || hits < 0) {
            throw new IllegalArgumentException(
                    "rounds " + rounds + ", examples " + examples + " and hits " + hits + " must be >= 0");
        }
    }
}
