/**
 * The kinds of jobs: {@link org.sparkfinetune.jobs.Jobs} lists them, each has a room of its own.
 *
 * <ul>
 *   <li>{@code run}: what all jobs share: recipe, context, output folder, report, progress
 *   <li>{@code shard}, {@code finetune} (its keys in {@code finetune.options}), {@code lrfind}, {@code evaluate},
 *       {@code extract} (and predict), {@code similar}, {@code export}: one room per kind, the recipe and its job
 *   <li>{@code doctor}: checks a cluster before a job runs on it
 *   <li>{@code pictures}, {@code examples}, {@code model}: what several kinds read: the pictures of a dataset, the
 *       examples that the tail is trained on, the network of a card or a run
 * </ul>
 */
package org.sparkfinetune.jobs;
