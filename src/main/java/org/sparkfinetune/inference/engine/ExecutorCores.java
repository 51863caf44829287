package org.sparkfinetune.inference.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * What an executor's tasks share, so that cores are busy and not fought over. Decided by the settings alone, never by what
 * happens to run: native code may sum in another order on another number of threads, and a round that is run again must give
 * the same bits.
 *
 * @param cores of the executor, or of the machine in local mode
 * @param tasks that can run at a time
 * @param executors that are asked for; 1 when Spark is not told a number
 */
public record ExecutorCores(int cores, int tasks, int executors) {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\d+)?])?");

    /** Those of this executor. */
    public static ExecutorCores here() {
        return of(SparkEnv.get().conf());
    }

    /** Those that settings give an executor; on this machine where they leave it open. */
    public static ExecutorCores of(SparkConf conf) {
        return of(conf, Runtime.getRuntime().availableProcessors());
    }

    /** @param processors of the machine */
    static ExecutorCores of(SparkConf conf, int processors) {
        Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
        int cores = local.matches() ? processors : conf.getInt("spark.executor.cores", processors);
        int threads = local.matches() ? localThreads(local.group(1), processors) : cores;
        int tasks = Math.max(1, threads / conf.getInt("spark.task.cpus", 1));
        int executors = local.matches() ? 1 : Math.max(1, conf.getInt("spark.executor.instances", 1));
        return new ExecutorCores(cores, tasks, executors);
    }

    /**
     * Threads of an engine that all tasks share. Every task brings its own thread into a forward pass, the engine adds its
     * pool; with T tasks at a time and C cores the pool may have C - T threads. ONNX Runtime counts one calling thread in:
     * C - T + 1.
     */
    int ofSharedEngine() {
        return Math.max(1, cores - tasks + 1);
    }

    /** Native threads for a task of a stage that has enough of them to fill the executor. */
    int ofTask() {
        return Math.max(1, cores / tasks);
    }

    /**
     * Native threads for each task of a Spark stage, whose calls run on threads of their own: the tasks that are here at the
     * same time fill the cores together. Spark spreads tasks evenly over executors.
     *
     * @param tasksOfStage at least 1
     */
    public int ofEachTask(int tasksOfStage) {
        return Math.max(1, cores / tasksAtOnce(tasksOfStage));
    }

    /** Tasks of a stage that run here at the same time. */
    public int tasksAtOnce(int tasksOfStage) {
        return Math.max(1, Math.min(tasks, (tasksOfStage + executors - 1) / executors));
    }

    private static int localThreads(String text, int processors) {
        if (text == null) {
            return 1;
        }
        return "*".equals(text) ? processors : Integer.parseInt(text);
    }
}
