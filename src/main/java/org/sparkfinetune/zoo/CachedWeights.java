package org.sparkfinetune.zoo;

import java.nio.file.Path;

/**
 * Verified weights on this machine.
 *
 * @param source of the card they came from
 * @param archive the file, whose size and SHA-256 are those of the source
 */
public record CachedWeights(WeightsSource source, Path archive) {}
