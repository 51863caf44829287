package org.sparkfinetune.train.average;

import java.io.Serializable;

/**
 * Consecutive floats of the vector "parameters, then updater state".
 *
 * @param from first index
 * @param floats how many, at least 1
 */
record Range(long from, int floats) implements Serializable {}
