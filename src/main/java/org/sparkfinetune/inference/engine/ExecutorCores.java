package org.sparkfinetune.inference.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Divides an executor's cores among its tasks, so that all cores are used and none is oversubscribed. Depends on the
 * settings only, never on what is running: native code may sum in another order on another number of threads, and a
 * repeated round must give the same bits.
 *
 * @param cores of the executor, or of the machine in local mode
 * @param tasks maximum number of simultaneous tasks
 * @param executors requested number; 1 when the settings do not give one
 */
public record ExecutorCores(int cores, int tasks, int executors) {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\d+)?])?");

    /** Returns the cores of this executor. */
    public static ExecutorCores here() {
        return of(SparkEnv.get().conf());
    }

    /** Returns the cores that the settings give an executor; those of this machine where they do not say. */
    public static ExecutorCores of(SparkConf conf) {
        return of(conf, Runtime.getRuntime().availableProcessors());
    }

    /** @param processors number of processors of the machine */
    static ExecutorCores of(SparkConf conf, int processors) {
        Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
        int cores = local.matches() ? processors : conf.getInt("spark.executor.cores", processors);
        int threads = local.matches() ? localThreads(local.group(1), processors) : cores;
        int tasks = Math.max(1, threads / conf.getInt("spark.task.cpus", 1));
        int executors = local.matches() ? 1 : Math.max(1, conf.getInt("spark.executor.instances", 1));
        return new ExecutorCores(cores, tasks, executors);
    }

    /**
     * Threads of an engine that all tasks share. Every task brings its own thread into a forward pass, and the engine
     * adds its pool. With T simultaneous tasks and C cores the pool may have C - T threads. ONNX Runtime includes one
     * calling thread in its count: C - T + 1.
     */
    int ofSharedEngine() {
        return Math.max(1, cores - tasks + 1);
    }

    /** Native threads for a task of a stage with enough tasks to fill the executor. */
    int ofTask() {
        return Math.max(1, cores / tasks);
    }

    /**
     * Native threads for each task of a Spark stage whose calls run on threads of their own: the simultaneous tasks
     * fill the cores together. Spark spreads tasks evenly over executors.
     *
     * @param tasksOfStage at least 1
     */
    public int ofEachTask(int tasksOfStage) {
        return Math.max(1, cores / tasksAtOnce(tasksOfStage));
    }

    /** Number of a stage's tasks that run here simultaneously. */
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
