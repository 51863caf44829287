package org.sparkfinetune.inference.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.cluster.NativeThreads;

/**
 * A task's share of an executor's cores while it runs a network, told once an executor. ONNX Runtime has its share since its
 * session was made; Deeplearning4j would take a thread for each core in each task, T · C threads on C cores.
 */
final class EngineThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThreads.class);
    /** What this JVM has told. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /** Null without native threads of ND4J, which must not be loaded only to be limited. */
    private final NativeThreads limit;

    private EngineThreads(NativeThreads limit) {
        this.limit = limit;
    }

    /** Limits the calling thread until it is closed; for Deeplearning4j it is bound to the device of its task first. */
    static EngineThreads ofTask(EngineSpec.Kind kind) {
        if (kind == EngineSpec.Kind.DL4J) {
            // Before anything else asks ND4J: it starts on what it was given by then, and stays there.
            TaskDevice.here().bind();
        }
        ExecutorCores cores = ExecutorCores.here();
        String line = line(kind, cores);
        if (TOLD.add(line)) {
            LOG.info(line);
        }
        return new EngineThreads(kind == EngineSpec.Kind.DL4J ? NativeThreads.limit(cores.ofTask()) : null);
    }

    /** The choice in words. */
    static String line(EngineSpec.Kind kind, ExecutorCores cores) {
        String threads =
                switch (kind) {
                    case ONNX -> " x 1 thread and " + (cores.ofSharedEngine() - 1) + " shared threads of ONNX Runtime";
                    case DL4J -> " x " + cores.ofTask() + " native threads of Deeplearning4j";
                    case PIXELS -> " x 1 thread";
                };
        return "pictures: " + cores.tasks() + " tasks" + threads + " on " + cores.cores()
                + " cores; each task decodes the next batch meanwhile, OpenCV on 1 thread";
    }

    @Override
    public void close() {
        if (limit != null) {
            limit.close();
        }
    }
}
