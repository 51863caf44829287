package org.sparkfinetune.inference;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkFiles;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.NetworkFile;

/**
 * The engines of this JVM. The parameters are read once for each device. Task threads share one engine of ONNX Runtime; of
 * Deeplearning4j each borrows one of its own, because Deeplearning4j mixes up the results of threads that share a graph
 * (deeplearning4j issue 9993). Only the network asked for last is kept: an executor serves one job.
 */
final class EnginePool {
    private static final Map<TaskDevice, EnginePool> CURRENT = new HashMap<>();

    private final EngineSpec spec;
    private final Deque<InferenceEngine> idle = new ArrayDeque<>();
    private final Supplier<InferenceEngine> another;
    /** Threads that work with this pool; guarded by the class. */
    private int users;

    private EnginePool(EngineSpec spec, TaskDevice device) {
        this.spec = spec;
        this.another = switch (spec.kind()) {
            case ONNX -> shared(OnnxEngine.open(file(spec), ExecutorCores.here().ofSharedEngine(), device));
            case DL4J -> copies(file(spec), spec);
            case PIXELS -> shared(new PixelEngine(spec.input().floats()));
        };
        idle.push(another.get());
    }

    private static Path file(EngineSpec spec) {
        return Path.of(SparkFiles.get(spec.networkFile()));
    }

    private static Supplier<InferenceEngine> shared(InferenceEngine engine) {
        return () -> engine;
    }

    private static Supplier<InferenceEngine> copies(Path file, EngineSpec spec) {
        NativeEngine.enable();
        ComputationGraph original = NetworkFile.read(file);
        return () -> {
            ComputationGraph copy =
                    new ComputationGraph(original.getConfiguration().clone());
            copy.init(original.params(), false);
            return new Dl4jEngine(copy, spec.input());
        };
    }

    /** Runs {@code use} on the device of the calling task, with an engine that no other thread has, or that does not mind. */
    static <R> R with(EngineSpec spec, Function<InferenceEngine, R> use) {
        TaskDevice device = TaskDevice.here();
        if (spec.kind() == EngineSpec.Kind.DL4J) {
            device.bind();
        }
        return with(spec, device, use);
    }

    static <R> R with(EngineSpec spec, TaskDevice device, Function<InferenceEngine, R> use) {
        EnginePool pool = enter(spec, device);
        try {
            InferenceEngine engine = pool.borrow();
            try {
                return use.apply(engine);
            } finally {
                pool.giveBack(engine);
            }
        } finally {
            leave(pool);
        }
    }

    private static synchronized EnginePool enter(EngineSpec spec, TaskDevice device) {
        List<EnginePool> others = CURRENT.values().stream()
                .filter(pool -> !pool.spec.equals(spec))
                .toList();
        CURRENT.values().removeAll(others);
        others.stream().filter(pool -> pool.users == 0).forEach(EnginePool::close);
        EnginePool pool = CURRENT.computeIfAbsent(device, absent -> new EnginePool(spec, device));
        pool.users++;
        return pool;
    }

    /** The last user of a pool that was replaced meanwhile closes it. */
    private static synchronized void leave(EnginePool pool) {
        pool.users--;
        if (pool.users == 0 && !CURRENT.containsValue(pool)) {
            pool.close();
        }
    }

    private synchronized InferenceEngine borrow() {
        return idle.isEmpty() ? another.get() : idle.pop();
    }

    private synchronized void giveBack(InferenceEngine engine) {
        idle.push(engine);
    }

    /** Closing a shared engine twice is the only thing to avoid: it may have been pushed more than once. */
    private synchronized void close() {
        idle.stream().distinct().forEach(InferenceEngine::close);
        idle.clear();
    }
}
