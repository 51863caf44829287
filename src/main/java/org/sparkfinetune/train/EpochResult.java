package org.sparkfinetune.train;

/**
 * What an epoch did.
 *
 * @param epoch 1-based
 * @param examples trained, each exactly once
 * @param rounds averagings
 * @param loss mean training loss as each example was met, regularisation included
 * @param accuracy share of the examples whose highest output was that of their label as each was met, 0 to 1; 0 for networks
 *     of several outputs
 * @param seconds wall-clock time, reading of the examples included
 * @param bytesPerRound that each worker sent in a round: 4 · (parameters + updater state)
 */
public record EpochResult(
        int epoch, long examples, int rounds, double loss, double accuracy, double seconds, long bytesPerRound) {}
