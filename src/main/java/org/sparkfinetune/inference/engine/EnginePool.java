package org.sparkfinetune.inference.engine;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkFiles;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.cluster.NativeEngine;
import org.sparkfinetune.zoo.files.NetworkFile;

/**
 * The engines of this JVM. Parameters are read once for each device. Task threads share one ONNX Runtime engine. With
 * Deeplearning4j each thread borrows an engine of its own, because Deeplearning4j mixes up the results of threads that
 * share a graph (deeplearning4j issue 9993). Of networks that are not {@link EngineSpec#lasting} only the most recently
 * used one is kept, because an executor serves one job; of lasting ones, the few most recently used.
 */
final class EnginePool {
    /** Maximum number of lasting networks, which have a hundred megabytes each. */
    private static final int MOST_LASTING = 4;

    /** In order of use, most recent last. */
    private static final Map<Place, EnginePool> CURRENT = new LinkedHashMap<>(16, 0.75F, true);

    /** A network on a device. */
    private record Place(EngineSpec spec, TaskDevice device) {}

    private final Deque<InferenceEngine> idle = new ArrayDeque<>();
    private final Supplier<InferenceEngine> another;
    /** Number of threads that work with this pool; guarded by the class. */
    private int users;

    private EnginePool(EngineSpec spec, TaskDevice device) {
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

    /**
     * Runs {@code use} on the device of the calling task, with an engine that no other thread uses or that is safe for
     * many threads.
     */
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
        Place place = new Place(spec, device);
        EnginePool pool = CURRENT.get(place);
        if (pool == null) {
            makeRoom(place);
            pool = new EnginePool(spec, device);
            CURRENT.put(place, pool);
        }
        pool.users++;
        return pool;
    }

    /** Removes pools before another network is loaded. A pool in use is closed by its last user. */
    private static void makeRoom(Place coming) {
        List<Place> lasting = CURRENT.keySet().stream()
                .filter(place -> place.spec().lasting() && place.device().equals(coming.device()))
                .toList();
        int kept = coming.spec().lasting() ? MOST_LASTING - 1 : 0;
        List<Place> leaving = new ArrayList<>(lasting.subList(0, Math.max(0, lasting.size() - kept)));
        CURRENT.keySet().stream()
                .filter(place -> !place.spec().lasting() && !place.spec().equals(coming.spec()))
                .forEach(leaving::add);
        for (Place place : leaving) {
            EnginePool pool = CURRENT.remove(place);
            if (pool.users == 0) {
                pool.close();
            }
        }
    }

    /** Closes a pool that was replaced meanwhile when its last user leaves. */
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

    /** Closes each engine once: a shared engine may have been pushed more than once. */
    private synchronized void close() {
        idle.stream().distinct().forEach(InferenceEngine::close);
        idle.clear();
    }

    /**
     * Returns the pixels, picture by picture. Safe for many threads.
     *
     * @param floats number of values of a picture
     */
    private record PixelEngine(int floats) implements InferenceEngine {
        @Override
        public float[][][] forward(float[] pixels, int count) {
            float[][][] pictures = new float[count][1][];
            for (int i = 0; i < count; i++) {
                pictures[i][0] = Arrays.copyOfRange(pixels, i * floats, (i + 1) * floats);
            }
            return pictures;
        }
    }
}
