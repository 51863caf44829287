package org.sparkfinetune.inference;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.apache.spark.SparkFiles;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.NetworkFile;

/**
 * The engines of this JVM. The parameters are read once; each task thread borrows an engine of its own, because
 * Deeplearning4j mixes up the results of threads that share a graph (deeplearning4j issue 9993). Only the network asked for
 * last is kept: an executor serves one job.
 */
final class EnginePool {
    private static EnginePool current;

    private final EngineSpec spec;
    private final ComputationGraph first;
    private final Deque<InferenceEngine> idle = new ArrayDeque<>();

    private EnginePool(EngineSpec spec) {
        NativeEngine.enable();
        this.spec = spec;
        this.first = NetworkFile.read(Path.of(SparkFiles.get(spec.networkFile())));
        idle.push(new Dl4jEngine(first, spec.input()));
    }

    /** Runs {@code use} with an engine that no other thread has. */
    static <R> R with(EngineSpec spec, Function<InferenceEngine, R> use) {
        EnginePool pool = of(spec);
        InferenceEngine engine = pool.borrow();
        try {
            return use.apply(engine);
        } finally {
            pool.giveBack(engine);
        }
    }

    private static synchronized EnginePool of(EngineSpec spec) {
        if (current == null || !current.spec.equals(spec)) {
            current = new EnginePool(spec);
        }
        return current;
    }

    private synchronized InferenceEngine borrow() {
        if (!idle.isEmpty()) {
            return idle.pop();
        }
        ComputationGraph another = new ComputationGraph(first.getConfiguration().clone());
        another.init(first.params(), false);
        return new Dl4jEngine(another, spec.input());
    }

    private synchronized void giveBack(InferenceEngine engine) {
        idle.push(engine);
    }
}
