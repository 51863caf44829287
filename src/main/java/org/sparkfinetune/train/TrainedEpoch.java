package org.sparkfinetune.train;

/**
 * The tail after an epoch, and what happened in it.
 *
 * @param state to go on with
 * @param result figures of the epoch
 */
public record TrainedEpoch(TrainingState state, EpochResult result) {}
