/**
 * The vocabulary of exact parameter averaging: plan, order, slice, state, schedule, score. Knows no Spark beyond RDDs.
 *
 * <ul>
 *   <li>{@code round}: trains an epoch, round by round; start reading at {@code AveragingTrainer}
 *   <li>{@code tail}: the network that is trained, on an executor
 *   <li>{@code average}: vectors cut in pieces, and their weighted averages
 *   <li>{@code blocks}: moves pieces between executors, by shared memory or Spark's block managers
 *   <li>{@code checkpoint}: states on disk; {@code rates}: learning rates side by side
 *   <li>{@code dl4j}: the same trainer behind Deeplearning4j's TrainingMaster, and the stock one behind ours
 * </ul>
 */
package org.sparkfinetune.train;
