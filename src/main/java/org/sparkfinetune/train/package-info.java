/** Training of the tail by exact parameter averaging: rounds, sums, checkpoints. */
package org.sparkfinetune.train;
