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
import org.sparkfinetune.cluster.MemoryPlan;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.jobs.extract.TableRecipe;
import org.sparkfinetune.jobs.finetune.FinetuneRecipe;
import org.sparkfinetune.jobs.finetune.options.StageOptions;
import org.sparkfinetune.jobs.finetune.options.TrainingOptions;
import org.sparkfinetune.jobs.lrfind.LrFindRecipe;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.NetworkSize;

/** Compares what a job will take outside of Java's heap with what the profile leaves for it. */
final class PlannedMemory {
    private static final String CHECK = "memory plan";
    private static final String OVERHEAD = "spark.executor.memoryOverhead";
    private static final String OPTIONS = "spark.executor.extraJavaOptions";
    /** Spark's own, where nothing is set: a tenth of the heap, at least 384 MiB. */
    private static final double DEFAULT_FACTOR = 0.1;

    private static final long DEFAULT_MEBIBYTES = 384;
    private static final Pattern LIMIT =
            Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxphysicalbytes=(\\d+[kmgKMG]?)\\b");
    /** JavaCPP's own limit, where none is set: so many times the heap. */
    private static final int UNSET_LIMIT = 4;
    /** MiB between the limit of natives and that of the container, which kills. */
    private static final long AIR = 400;
    /** To whole hundreds of MiB. */
    private static final long ROUNDING = 100;

    private PlannedMemory() {}

    /** One finding, for recipes that name a card; for others the network is not known before the job has started. */
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
            long needed = plan(recipe.get(), card.get(), ExecutorCores.of(conf)).bytes() >> 20;
            return List.of(
                    local
                            ? onThisMachine(card.get().name(), needed)
                            : inContainers(card.get().name(), needed, conf));
        } catch (InvalidRequestException e) {
            return List.of(Finding.fine(CHECK, "none: " + e.getMessage()));
        }
    }

    private static MemoryPlan plan(Recipe recipe, ModelCard card, ExecutorCores cores) {
        if (recipe instanceof FinetuneRecipe finetune) {
            String point = freezePoint(deepest(finetune), card);
            return training(NetworkSize.of(card, point), finetune.training(), finetune.inference(), cores, point);
        }
        if (recipe instanceof LrFindRecipe lrFind) {
            String point = freezePoint(lrFind.freezeUpTo(), card);
            return training(NetworkSize.of(card, point), lrFind.training(), lrFind.inference(), cores, point);
        }
        NetworkSize size = NetworkSize.of(card, FreezeLadder.NONE);
        int batch = recipe instanceof TableRecipe table ? table.inference().batchSize() : 1;
        return MemoryPlan.ofProcess()
                .withForward(size.parameters(), size.largestActivation(), (long) cores.tasks() * batch);
    }

    private static MemoryPlan training(
            NetworkSize size, TrainingOptions training, InferenceOptions inference, ExecutorCores cores, String point) {
        MemoryPlan plan = MemoryPlan.ofProcess();
        if (!point.equals(FreezeLadder.NONE)) {
            plan = plan.withForward(
                    size.parameters() - size.tailParameters(),
                    size.largestActivation(),
                    (long) cores.tasks() * inference.batchSize());
        }
        return plan.withTraining(
                size.tailParameters(),
                training.updater().stateFloats(),
                size.tailActivations(),
                cores.tasksAtOnce(training.workers()),
                training.batchSizePerWorker());
    }

    /** The stage that trains most. */
    private static String deepest(FinetuneRecipe recipe) {
        List<StageOptions> stages = recipe.training().stages();
        return stages.isEmpty()
                ? recipe.freezeUpTo()
                : stages.get(stages.size() - 1).freezeUpTo();
    }

    /** As {@link FreezeLadder} finds it in a network; near enough, where a rung has no parameters. */
    private static String freezePoint(String text, ModelCard card) {
        List<String> points = card.freezePoints();
        if (text.startsWith(FreezeLadder.ALL_BUT)) {
            int kept = points.size() - Integer.parseInt(text.substring(FreezeLadder.ALL_BUT.length()));
            return kept <= 0 ? FreezeLadder.NONE : points.get(kept - 1);
        }
        return text.equals(FreezeLadder.HEAD) ? points.get(points.size() - 1) : text;
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

    /** MiB beside the heap until JavaCPP refuses more; it has a limit of its own where none is set. */
    private static long limit(SparkConf conf) {
        Matcher set = LIMIT.matcher(conf.get(OPTIONS, ""));
        long all = set.find() ? JavaUtils.byteStringAsBytes(set.group(1)) >> 20 : UNSET_LIMIT * heap(conf);
        return all == 0 ? Long.MAX_VALUE : all - heap(conf);
    }

    /** MiB that a container has beside the heap. */
    static long overhead(SparkConf conf) {
        if (conf.contains(OVERHEAD)) {
            return JavaUtils.byteStringAsMb(conf.get(OVERHEAD));
        }
        double factor = conf.getDouble("spark.executor.memoryOverheadFactor", DEFAULT_FACTOR);
        return Math.max(DEFAULT_MEBIBYTES, (long) (heap(conf) * factor));
    }
}
