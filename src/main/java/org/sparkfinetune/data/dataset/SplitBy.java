package org.sparkfinetune.data.dataset;

/** How pictures are assigned to splits. */
public enum SplitBy {
    /** Ranked within their class and cut at the exact counts; a picture that has a split keeps it. */
    RANK,
    /**
     * By their hash only: the same picture is in the same split of every dataset with this seed and these fractions.
     */
    HASH
}
