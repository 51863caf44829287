package org.sparkfinetune.jobs.doctor;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.HostName;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.cluster.Finding;
import org.sparkfinetune.cluster.MachineCheck;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.TaskDevice;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.weights.WeightsCache;

/**
 * Checks the driver and every executor before a job is started: machine, engines, file systems of the recipe, weights,
 * memory. Changes nothing, except that it writes a file beside the output and removes it again.
 *
 * @param context context to run in
 * @param recipe recipe of the job; without one only the machines are checked
 */
public record Doctor(JobContext context, Optional<Recipe> recipe) {
    /** Milliseconds that a task waits, so that no executor runs two of them. */
    private static final long TASK_MILLIS = 1500;
    /** Number of waits for executors that are still starting. */
    private static final int MOST_WAITS = 20;

    private static final long WAIT_MILLIS = 1000;
    /** Allowed difference of an executor's clock. */
    private static final long CLOCK_TOLERANCE_MILLIS = 10_000;

    /** One diagnosis for the driver, then one for each executor; local mode has no executors. */
    public List<Diagnosis> examine() {
        List<Diagnosis> diagnoses = new ArrayList<>();
        try (SharedFolders folders = SharedFolders.of(context, recipe)) {
            boolean local = context.spark().sparkContext().isLocal();
            List<Finding> driver = new ArrayList<>(local ? gpu() : List.of());
            driver.addAll(MachineCheck.run());
            driver.addAll(folders.seenByDriver());
            recipe.filter(Recipe::wantsWeights)
                    .flatMap(Recipe::card)
                    .map(Doctor::weights)
                    .ifPresent(driver::add);
            driver.addAll(MemoryEstimate.of(context, recipe));
            diagnoses.add(new Diagnosis("driver on " + HostName.local(), driver));
            if (!local) {
                diagnoses.addAll(executors(folders.probe()));
            }
        }
        return diagnoses;
    }

    /**
     * Runs before anything else uses ND4J, which stays on the device it was started on. Empty if the profile has no
     * GPU.
     */
    private static List<Finding> gpu() {
        TaskDevice device;
        try {
            device = TaskDevice.here();
        } catch (InvalidRequestException e) {
            return e.problems().stream()
                    .map(problem -> new Finding(problem.place(), "no", problem.message()))
                    .toList();
        }
        if (device.ordinal().isEmpty()) {
            return List.of();
        }
        return Stream.of(EngineSpec.Kind.DL4J, EngineSpec.Kind.ONNX)
                .map(engine -> device.problem(engine)
                        .map(problem -> new Finding(problem.place() + " for " + engine, "no", problem.message()))
                        .orElse(Finding.fine("GPU " + device.ordinal().getAsInt() + " for " + engine, "yes")))
                .toList();
    }

    private static Finding weights(ModelCard card) {
        return switch (WeightsCache.of(System.getenv()).state(card)) {
            case CACHED -> Finding.fine("weights", card.name() + ": cached");
            case FETCHABLE -> Finding.fine("weights", card.name() + ": not cached, fetched when the job starts");
            case MISSING ->
                new Finding(
                        "weights",
                        card.name() + ": neither cached nor fetchable from here",
                        "fetch them where the driver runs: scripts/submit models fetch " + card.name()
                                + " [--from FILE]; $" + WeightsCache.HOME_VARIABLE + " names the cache");
        };
    }

    private List<Diagnosis> executors(FolderProbe probe) {
        int expected = awaitExecutors();
        if (registered() == 0) {
            // A job would wait for the first one without limit.
            return List.of(none());
        }
        Broadcast<SerializableConfiguration> hadoop =
                context.java().broadcast(new SerializableConfiguration(context.hadoop()));
        try {
            int slots = context.taskSlots();
            long before = System.currentTimeMillis();
            List<Examined> examined = context.java()
                    .parallelize(Collections.nCopies(slots, 0), slots)
                    .map(ignored -> Examined.here(probe, hadoop.value().value()))
                    .collect();
            long after = System.currentTimeMillis();
            Map<String, Diagnosis> found = new TreeMap<>();
            examined.forEach(executor -> found.putIfAbsent(executor.id(), executor.diagnosis(before, after)));
            List<Diagnosis> diagnoses = new ArrayList<>(found.values());
            if (found.size() < expected) {
                diagnoses.add(unreached(expected - found.size()));
            }
            return diagnoses;
        } finally {
            hadoop.destroy();
        }
    }

    private static Diagnosis none() {
        return new Diagnosis(
                "executors",
                List.of(new Finding(
                        "reached",
                        "none has started in " + MOST_WAITS + " seconds",
                        "start workers, wait for the queue, or ask for less: spark.executor.cores,"
                                + " spark.executor.memory, spark.executor.memoryOverhead")));
    }

    private static Diagnosis unreached(int missing) {
        return new Diagnosis(
                missing + " more executors",
                List.of(new Finding(
                        "reached",
                        "no: busy, or lost again during the check",
                        "run doctor again; when it stays so, read their logs on Spark's web page")));
    }

    /** Waits until the number of executors no longer changes, or is that of the profile. */
    private int awaitExecutors() {
        int asked = context.spark().sparkContext().getConf().getInt("spark.executor.instances", Integer.MAX_VALUE);
        int known = 0;
        for (int wait = 0; wait < MOST_WAITS; wait++) {
            int now = registered();
            if (now >= asked || (now > 0 && now == known && asked == Integer.MAX_VALUE)) {
                return now;
            }
            known = now;
            pause(WAIT_MILLIS);
        }
        return Math.max(known, asked == Integer.MAX_VALUE ? 0 : asked);
    }

    private int registered() {
        // The list includes the driver.
        return context.spark().sparkContext().statusTracker().getExecutorInfos().length - 1;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while executors were checked", e);
        }
    }

    /**
     * The findings of a task.
     *
     * @param id identifier of the executor
     * @param millis clock of the executor in milliseconds
     */
    private record Examined(String id, String host, long millis, List<Finding> findings) implements Serializable {
        static Examined here(FolderProbe probe, Configuration hadoop) {
            List<Finding> findings = new ArrayList<>(gpu());
            findings.addAll(MachineCheck.run());
            findings.addAll(probe.seenByExecutor(hadoop, SparkEnv.get().executorId()));
            long clock = System.currentTimeMillis();
            pause(TASK_MILLIS);
            return new Examined(SparkEnv.get().executorId(), HostName.local(), clock, findings);
        }

        Diagnosis diagnosis(long before, long after) {
            List<Finding> all = new ArrayList<>(findings);
            all.add(clockFinding(millis, before, after));
            return new Diagnosis("executor " + id + " on " + host, all);
        }
    }

    /**
     * Compares the clocks of the driver and an executor.
     *
     * @param millis clock of the executor at some moment
     * @param before clock of the driver before that moment
     * @param after clock of the driver after that moment
     */
    private static Finding clockFinding(long millis, long before, long after) {
        long off = Math.max(0, Math.max(before - millis, millis - after));
        String found = off == 0 ? "as the driver's" : off / 1000 + " s off the driver's";
        return off <= CLOCK_TOLERANCE_MILLIS
                ? Finding.fine("clock", found)
                : new Finding(
                        "clock", found, "set the clocks of the machines by a time server (chrony, systemd-timesyncd)");
    }
}
