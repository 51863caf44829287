package org.sparkfinetune.train;

import java.io.Serializable;

/**
 * How well a tail does on some examples.
 *
 * @param examples that were scored, each once
 * @param loss mean over the examples, without regularisation
 * @param accuracy fraction whose highest output is that of the label, 0 to 1
 */
public record Score(long examples, double loss, double accuracy) implements Serializable {}
