package org.sparkfinetune.inference;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How many threads a shared engine gets, so that cores are busy and not fought over. Every task brings its own thread into a
 * forward pass, the engine adds its pool; with T tasks at a time and C cores the pool may have C - T threads. ONNX Runtime
 * counts one calling thread in: C - T + 1.
 */
final class EngineThreads {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\d+)?])?");

    private EngineThreads() {}

    /** For the engine of this executor. */
    static int here() {
        return of(SparkEnv.get().conf(), Runtime.getRuntime().availableProcessors());
    }

    /** @param processors of the machine */
    static int of(SparkConf conf, int processors) {
        Matcher local = LOCAL.matcher(conf.get("spark.master", ""));
        int cores = local.matches() ? processors : conf.getInt("spark.executor.cores", processors);
        int threads = local.matches() ? localThreads(local.group(1), processors) : cores;
        int tasks = Math.max(1, threads / conf.getInt("spark.task.cpus", 1));
        return Math.max(1, cores - tasks + 1);
    }

    private static int localThreads(String text, int processors) {
        if (text == null) {
            return 1;
        }
        return "*".equals(text) ? processors : Integer.parseInt(text);
    }
}
