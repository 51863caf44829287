/**
 * Listeners to the progress of a job beside the command line: event log, Spark's metrics and job descriptions, MLflow,
 * TensorBoard.
 */
package org.sparkfinetune.report.watch;
