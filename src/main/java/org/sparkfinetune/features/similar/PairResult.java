package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.List;

/**
 * What a pair of blocks has to say.
 *
 * @param nearest neighbours in the one block of the pictures of the other, none, for one of them or for both
 * @param pairs of pictures that are the same
 * @param links fewer than pictures, which connect what these pairs connect: two numbers of pictures each
 */
record PairResult(List<Nearest> nearest, long pairs, int[] links) implements Serializable {}
