package org.sparkfinetune.jobs.run;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.report.Build;
import org.sparkfinetune.report.RunReport;

/** Collects the report of a job while it works; its duration counts from the construction of this object. */
public final class JobReport {
    private final JobContext context;
    private final String kind;
    private final long seed;
    private final Instant startedAt = Instant.now();
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private String engine;
    private String ranBy;
    private String weightsSha256;
    private String fingerprint;
    private RunReport.Data data;
    private RunReport.Training training;
    private RunReport.LearningRateSearch search;
    private RunReport.Evaluation evaluation;
    private RunReport.Similarity similarity;
    private RunReport.Throughput throughput;

    public JobReport(JobContext context, String kind, long seed) {
        this.context = context;
        this.kind = kind;
        this.seed = seed;
    }

    /** Reports the engine that runs networks: the first line of every job that runs one. */
    public void checkEngine() {
        engine = NativeEngine.status().line();
        context.progress().tell(engine + ", " + context.taskSlots() + " tasks at a time");
    }

    public JobReport input(String name, String pathAndFingerprint) {
        inputs.put(name, pathAndFingerprint);
        return this;
    }

    public JobReport output(String name, Object path) {
        outputs.put(name, path.toString());
        return this;
    }

    public JobReport weightsSha256(String sha256) {
        this.weightsSha256 = sha256;
        return this;
    }

    /** Description of the engine that ran the network over the pictures. */
    public JobReport ranBy(String description) {
        this.ranBy = description;
        return this;
    }

    public JobReport fingerprint(String value) {
        this.fingerprint = value;
        return this;
    }

    public JobReport data(RunReport.Data value) {
        this.data = value;
        return this;
    }

    public JobReport training(RunReport.Training value) {
        this.training = value;
        return this;
    }

    public JobReport search(RunReport.LearningRateSearch value) {
        this.search = value;
        return this;
    }

    public JobReport evaluation(RunReport.Evaluation value) {
        this.evaluation = value;
        return this;
    }

    public JobReport similarity(RunReport.Similarity value) {
        this.similarity = value;
        return this;
    }

    /**
     * @param startNanos {@link System#nanoTime()} before the first picture
     * @param meter counters of the tasks
     */
    public JobReport throughput(long images, long startNanos, ForwardMeter meter) {
        return throughput(new Passed(images, null), startNanos, meter, 0);
    }

    /**
     * Pictures of a pass.
     *
     * @param images number of pictures that were run through the network
     * @param takenOver number of pictures that reuse the row of the same content; null in jobs that reuse no rows
     */
    public record Passed(long images, Long takenOver) {}

    /** @param writeSeconds seconds that tasks spent on writing */
    public JobReport throughput(Passed passed, long startNanos, ForwardMeter meter, double writeSeconds) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        this.throughput = new RunReport.Throughput(
                passed.images(),
                seconds,
                passed.images() / seconds,
                meter.decodeSeconds(),
                meter.forwardSeconds(),
                writeSeconds,
                passed.takenOver());
        return this;
    }

    public JobReport throughput(RunReport.Throughput value) {
        this.throughput = value;
        return this;
    }

    /** The report of the finished job. */
    public RunReport done() {
        double seconds = Duration.between(startedAt, Instant.now()).toMillis() / 1000.0;
        return new RunReport(
                kind,
                "done",
                startedAt.toString(),
                seconds,
                provenance(),
                data,
                training,
                search,
                evaluation,
                similarity,
                throughput,
                outputs);
    }

    private RunReport.Provenance provenance() {
        return new RunReport.Provenance(
                Build.version(),
                Build.git(),
                System.getProperty("java.version"),
                context.spark().version(),
                Build.dl4j(),
                context.spark().sparkContext().master() + ", " + context.taskSlots() + " task slots",
                ranBy == null ? engine : engine + "; " + ranBy,
                seed,
                inputs,
                weightsSha256,
                fingerprint);
    }
}
