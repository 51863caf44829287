package org.sparkfinetune.bench.layers;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Milliseconds of each kind of layer, forward and backward, by each engine: {@code scripts/bench layers}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerBenchmark {
    /** The layer. */
    @Param
    public LayerKind kind;

    /** Who runs it, a name of {@link LayerEngine#of}. */
    @Param({"dl4j", "onednn"})
    public String engine;

    /** Pictures that go through it together. */
    @Param("8")
    public int batch;

    private LayerEngine.Running layer;

    /** Before all iterations; each combination has a JVM of its own. */
    @Setup
    public void start() {
        layer = LayerEngine.of(engine).start(kind, batch);
    }

    /** After all iterations. */
    @TearDown
    public void stop() {
        layer.close();
    }

    /** Output from inputs, as in training. */
    @Benchmark
    public void forward(Blackhole sink) {
        layer.forward(sink::consume);
    }

    /** Gradients of inputs and weights from that of the output; the way forward, once before each, is not counted. */
    @Benchmark
    public void backward(WentForward before, Blackhole sink) {
        layer.backward(sink::consume);
    }

    /** A layer that is ready for the way back. */
    @State(Scope.Benchmark)
    public static class WentForward {
        /** Passes take milliseconds, beside which what JMH adds to each of them is nothing. */
        @Setup(Level.Invocation)
        public void forward(LayerBenchmark benchmark) {
            benchmark.layer.forward(output -> {});
        }
    }
}
