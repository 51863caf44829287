package org.sparkfinetune.jobs;

import org.sparkfinetune.config.Key;

/**
 * How pictures are run through a network that is not being trained.
 *
 * @param batchSize pictures in one forward pass
 */
public record InferenceOptions(
        @Key(value = "Pictures in one forward pass", defaultValue = "8", min = 1, max = 1024)
        int batchSize) {}
