package org.sparkfinetune.report.watch;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.sparkfinetune.report.JobEvent;
import org.sparkfinetune.report.Progress;

/**
 * The figures of a job as gauges of Spark's own metrics system, in the driver. All of Spark's sinks receive them,
 * including Prometheus. An unknown figure, such as the loss of a job that does not train, is NaN.
 */
public final class JobMetrics implements Progress.Listener, AutoCloseable, Source {
    /** The part between {@code driver} and the figure in the name of a metric. */
    public static final String NAME = "sparkfinetune";

    private static final String PICTURES = "pictures";

    private final MetricRegistry registry = new MetricRegistry();
    private final AtomicLong pictures = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile long examplesTrained;
    private volatile Training training = new Training();
    private volatile PhaseCount phase = new PhaseCount(0, "");

    /** Creates the gauges; {@link #register} shows them. */
    public JobMetrics() {
        whole("picturesDone", pictures::get);
        whole("picturesRejected", rejected::get);
        whole("stageDone", () -> phase.done);
        whole("stageTotal", () -> phase.total);
        real("stageUnitsPerSecond", () -> phase.perSecond());
        whole("examplesTrained", () -> examplesTrained);
        whole("epoch", () -> training.epoch);
        whole("epochs", () -> training.epochs);
        whole("round", () -> training.round);
        whole("rounds", () -> training.rounds);
        real("loss", () -> training.loss);
        real("accuracy", () -> training.accuracy);
        real("validationLoss", () -> training.validationLoss);
        real("validationAccuracy", () -> training.validationAccuracy);
        real("learningRate", () -> training.learningRate);
        real("imagesPerSecond", this::imagesPerSecond);
    }

    /** Adds the gauges to the metrics system of the application in this process. */
    public JobMetrics register() {
        SparkEnv.get().metricsSystem().registerSource(this);
        return this;
    }

    @Override
    public void close() {
        if (SparkEnv.get() != null) { // Null after the application has stopped.
            SparkEnv.get().metricsSystem().removeSource(this);
        }
    }

    @Override
    public String sourceName() {
        return NAME;
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }

    private void whole(String name, LongSupplier value) {
        registry.register(name, (Gauge<Long>) value::getAsLong);
    }

    private void real(String name, DoubleSupplier value) {
        registry.register(name, (Gauge<Double>) value::getAsDouble);
    }

    /** Pictures per second of the newest epoch, or of the phase that runs pictures through a network. */
    private double imagesPerSecond() {
        double trained = training.imagesPerSecond;
        return Double.isNaN(trained) && phase.unit.equals(PICTURES) ? phase.perSecond() : trained;
    }

    @Override
    public Phase start(String name, long total, String unit) {
        PhaseCount count = new PhaseCount(total, unit);
        phase = count;
        return count;
    }

    @Override
    public void onEvent(JobEvent event) {
        if (event instanceof JobEvent.Rejected refused) {
            rejected.addAndGet(refused.rejected());
        } else if (event instanceof JobEvent.Round round) {
            examplesTrained = round.examplesTrained();
            training = training.with(round);
        } else if (event instanceof JobEvent.Epoch epoch) {
            examplesTrained = epoch.examplesTrained();
            training = training.with(epoch);
        }
    }

    /** The newest figures of a training. */
    private record Training(
            int epoch,
            int epochs,
            int round,
            int rounds,
            double loss,
            double accuracy,
            double validationLoss,
            double validationAccuracy,
            double learningRate,
            double imagesPerSecond) {
        Training() {
            this(0, 0, 0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }

        Training with(JobEvent.Round now) {
            return new Training(
                    now.epoch(),
                    now.epochs(),
                    now.round(),
                    now.rounds(),
                    now.loss(),
                    accuracy,
                    validationLoss,
                    validationAccuracy,
                    learningRate,
                    imagesPerSecond);
        }

        Training with(JobEvent.Epoch now) {
            return new Training(
                    now.figures().epoch(),
                    now.epochs(),
                    now.figures().rounds(),
                    now.figures().rounds(),
                    now.figures().loss(),
                    orNaN(now.figures().accuracy()),
                    orNaN(now.figures().validationLoss()),
                    orNaN(now.figures().validationAccuracy()),
                    now.figures().learningRate(),
                    now.figures().imagesPerSecond());
        }

        private static double orNaN(Double figure) {
            return figure == null ? Double.NaN : figure;
        }
    }

    private final class PhaseCount implements Phase {
        private final long total;
        private final String unit;
        private final long startedNanos = System.nanoTime();
        private volatile long done;

        PhaseCount(long total, String unit) {
            this.total = total;
            this.unit = unit;
        }

        double perSecond() {
            return done == 0 ? Double.NaN : done / ((System.nanoTime() - startedNanos) / 1e9);
        }

        @Override
        public synchronized void done(long count) {
            if (count > done) {
                if (unit.equals(PICTURES)) {
                    pictures.addAndGet(count - done);
                }
                done = count;
            }
        }

        @Override
        public void note(String text) {}

        @Override
        public void close() {
            phase = new PhaseCount(0, "");
        }
    }
}
