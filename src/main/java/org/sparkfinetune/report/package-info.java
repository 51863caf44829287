/**
 * What a job reports: progress while it runs, {@code report.json} when it ends. {@code page} draws the report as HTML,
 * {@code watch} forwards the progress to Spark's web interface, an event log, MLflow and TensorBoard.
 */
package org.sparkfinetune.report;
