package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.List;

/**
 * The result of a pair of blocks.
 *
 * @param nearest neighbours of the pictures of one block, of both blocks, or of none
 * @param pairs number of pairs of near duplicates
 * @param links fewer than pictures, with the same connections as these pairs: two picture numbers for each link
 */
record PairResult(List<Nearest> nearest, long pairs, int[] links) implements Serializable {}
