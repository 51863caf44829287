package org.sparkfinetune.train;

/**
 * How far an epoch is that is not over: with the rest of a {@link TrainingState}, all that is needed to go on in the middle of
 * it. Which examples come next and at which learning rate follows from the number of rounds.
 *
 * @param rounds done
 * @param examples trained in them
 * @param lossSum over these examples
 * @param hits of these examples
 */
public record EpochPart(int rounds, long examples, double lossSum, long hits) {
    /** Between two epochs. */
    public static final EpochPart NONE = new EpochPart(0, 0, 0, 0);

    public EpochPart {
        if (rounds < 0 || examples < 0 || hits < 0) {
            throw new IllegalArgumentException(
                    "rounds " + rounds + ", examples " + examples + " and hits " + hits + " must be >= 0");
        }
    }
}
