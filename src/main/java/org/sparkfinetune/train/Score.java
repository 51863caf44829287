package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * The score of a tail on some examples.
 *
 * @param examples number of examples, each scored once
 * @param loss mean loss of the examples, without regularization
 * @param accuracy fraction of the examples whose highest output is that of the label, 0 to 1
 */
public record Score(long examples, double loss, double accuracy) implements Serializable {}
