package org.sparkfinetune.train;

import java.util.Locale;
import java.util.Optional;
import org.sparkfinetune.train.round.AveragingTrainer;

/**
 * What an epoch did.
 *
 * @param epoch 1-based
 * @param examples trained; by {@link AveragingTrainer} each exactly once
 * @param rounds averagings
 * @param loss mean training loss as each example was met, regularisation included
 * @param accuracy share of the examples whose highest output was that of their label as each was met, 0 to 1; 0 for networks
 *     of several outputs
 * @param seconds wall-clock time, reading of the examples included
 * @param bytesPerRound that each worker sent in a round: 4 · (parameters + updater state)
 * @param averagingShare 0 to 1: part of the time of rounds 2 and later in which no worker fitted, but parameters were
 *     sent, averaged and broadcast; round 1 reads the examples too and is left out
 * @param layerByLayer why Deeplearning4j trained it so, and not one program of oneDNN calls; empty when the program did
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
    /** Below that there is too little to win to bother anybody. */
    private static final double LONG_ENOUGH_SECONDS = 5;

    /** What to change when averaging takes more of the time than training does. */
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
