package org.sparkfinetune.train;

import java.util.Locale;
import java.util.Optional;

/**
 * The figures of an epoch.
 *
 * @param epoch number of the epoch, 1-based
 * @param examples number of trained examples; the exact trainer trains each example once
 * @param rounds number of averagings
 * @param loss mean training loss of the examples when each was trained, including regularization
 * @param accuracy fraction of the examples whose highest output was that of their label when each was trained, 0 to 1;
 *     0 for networks with several outputs
 * @param seconds wall-clock time in seconds, including the reading of the examples
 * @param bytesPerRound bytes that each worker sent in a round: 4 · (parameters + updater state)
 * @param averagingShare fraction of the time, 0 to 1, in which no worker fitted, but parameters were sent and averaged;
 *     without round 1, which also reads the examples
 * @param layerByLayer reason why Deeplearning4j trained the tail layer by layer; empty if a program of oneDNN calls did
 */
public record EpochResult(
        int epoch,
        long examples,
        int rounds,
        double loss,
        double accuracy,
        double seconds,
        long bytesPerRound,
        double averagingShare,
        String layerByLayer) {
    /** For shorter epochs there is no hint: little time could be saved. */
    private static final double LONG_ENOUGH_SECONDS = 5;

    /** Advice for the user if averaging takes more time than training. */
    public Optional<String> hint() {
        if (seconds < LONG_ENOUGH_SECONDS || averagingShare <= 0.5) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "averaging took %.0f %% of the time of epoch %d, in %d rounds: raise averagingFrequency",
                100 * averagingShare,
                epoch,
                rounds));
    }
}
