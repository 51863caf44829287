package org.sparkfinetune.jobs.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.cluster.Finding;
import org.sparkfinetune.cluster.MachineMemory;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;

/** Compares the memory that a job needs outside of Java's heap with what the profile leaves for it. */
final class MemoryEstimate {
    private static final String CHECK = "memory plan";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String OPTIONS = "spark.executor.extraJavaOptions";
    /** Spark's default: a tenth of the heap, at least 384 MiB. */
    private static final double DEFAULT_FACTOR = 0.1;

    private static final long DEFAULT_MEBIBYTES = 384;
    private static final Pattern LIMIT =
            Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxphysicalbytes=(\\d+[kmgKMG]?)\\b");
    /** JavaCPP's default limit, as a multiple of the heap. */
    private static final int UNSET_LIMIT = 4;
    /** MiB between the limit of native memory and that of the container, beyond which the process is killed. */
    private static final long AIR = 400;
    /** MiB to whose multiples a suggestion is rounded up. */
    private static final long ROUNDING = 100;

    private MemoryEstimate() {}

    /** One finding for recipes that name a card; none for others, whose network is not known before the job starts. */
    static List<Finding> of(JobContext context, Optional<Recipe> recipe) {
        return of(
                recipe,
                context.spark().sparkContext().getConf(),
                context.spark().sparkContext().isLocal());
    }

    static List<Finding> of(Optional<Recipe> recipe, SparkConf conf, boolean local) {
        Optional<ModelCard> card = recipe.flatMap(Recipe::card);
        if (card.isEmpty()) {
            return List.of();
        }
        try {
            long needed =
                    recipe.get().memory(ExecutorCores.of(conf)).orElseThrow().bytes() >> 20;
            return List.of(
                    local
                            ? onThisMachine(card.get().name(), needed)
                            : inContainers(card.get().name(), needed, conf));
        } catch (InvalidRequestException e) {
            return List.of(Finding.fine(CHECK, "none: " + e.getMessage()));
        }
    }

    private static Finding onThisMachine(String model, long needed) {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        String found = model + " takes about " + needed + " MiB outside of Java's heap of " + heap + " MiB";
        Optional<MachineMemory> limit = MachineMemory.limit();
        if (limit.isEmpty() || heap + needed <= limit.get().bytes() >> 20) {
            return Finding.fine(CHECK, found);
        }
        return new Finding(
                CHECK,
                found + "; the " + limit.get().of() + " has " + (limit.get().bytes() >> 20) + " MiB",
                "lower spark.driver.memory, training.batchSizePerWorker or inference.batchSize, freeze more, or take a"
                        + " larger machine");
    }

    private static Finding inContainers(String model, long needed, SparkConf conf) {
        String found = "an executor takes about " + needed + " MiB outside of Java's heap (" + model + ")";
        if (conf.get("spark.master", "").startsWith("spark://")) {
            return Finding.fine(
                    CHECK,
                    found + ", with its heap " + (heap(conf) + needed)
                            + "; a standalone cluster does not keep it from it");
        }
        long given = Math.min(overhead(conf), limit(conf));
        if (given >= needed) {
            return Finding.fine(CHECK, found + ", and may take " + given);
        }
        long wanted = (needed + ROUNDING - 1) / ROUNDING * ROUNDING;
        return new Finding(
                CHECK,
                found + ", and may take " + given,
                "set " + OVERHEAD + " to " + (wanted + AIR)
                        + "m in the profile, and -Dorg.bytedeco.javacpp.maxphysicalbytes in " + OPTIONS + " to "
                        + (heap(conf) + wanted) + "m");
    }

    private static long heap(SparkConf conf) {
        return JavaUtils.byteStringAsMb(conf.get("spark.executor.memory", "1g"));
    }

    /** MiB besides the heap that JavaCPP allows. */
    private static long limit(SparkConf conf) {
        Matcher set = LIMIT.matcher(conf.get(OPTIONS, ""));
        long all = set.find() ? JavaUtils.byteStringAsBytes(set.group(1)) >> 20 : UNSET_LIMIT * heap(conf);
        return all == 0 ? Long.MAX_VALUE : all - heap(conf);
    }

    /** MiB that a container has besides the heap. */
    static long overhead(SparkConf conf) {
        if (conf.contains(OVERHEAD)) {
            return JavaUtils.byteStringAsMb(conf.get(OVERHEAD));
        }
        double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
        return Math.max(DEFAULT_MEBIBYTES, (long) (heap(conf) * factor));
    }
}
