package org.sparkfinetune.zoo.weights;

/** Whether a card's weights can be used on this machine. */
public enum WeightsState {
    /** In the cache, whole. */
    CACHED,
    /** Not in the cache, but a source is named that can be asked. */
    FETCHABLE,
    /** The card names files of this machine only, and they are not there. */
    MISSING
}
