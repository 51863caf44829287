/**
 * The vocabulary of exact parameter averaging: plan, order, slice, state, schedule, score. Of Spark, it uses only RDDs.
 *
 * <ul>
 *   <li>{@code round}: trains an epoch, round by round; start reading at {@code AveragingTrainer}
 *   <li>{@code tail}: the network that is trained, on an executor
 *   <li>{@code average}: vectors divided into chunks, and their weighted averages
 *   <li>{@code blocks}: moves chunks between executors, through shared memory or Spark's block managers
 *   <li>{@code checkpoint}: states on disk; {@code rates}: tries learning rates in parallel
 *   <li>{@code dl4j}: our trainer as a TrainingMaster of Deeplearning4j, and Deeplearning4j's own master as our trainer
 * </ul>
 */
package org.sparkfinetune.train;
