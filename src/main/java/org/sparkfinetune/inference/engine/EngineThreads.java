package org.sparkfinetune.inference.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.cluster.NativeThreads;

/**
 * Limits a task that runs a network to its part of the executor's cores, and logs it once per executor. ONNX Runtime's
 * threads are fixed when its session is made. Deeplearning4j would take a thread for each core in each task, T · C
 * threads on C cores.
 */
final class EngineThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThreads.class);
    /** Lines that this JVM has logged. */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    /** Null when ND4J is not used: it must not be loaded only to be limited. */
    private final NativeThreads limit;

    private EngineThreads(NativeThreads limit) {
        this.limit = limit;
    }

    /**
     * Limits the calling thread until closed. For Deeplearning4j the thread is first bound to the device of its task.
     */
    static EngineThreads ofTask(EngineSpec.Kind kind) {
        if (kind == EngineSpec.Kind.DL4J) {
            // Must precede any other use of ND4J, which keeps the devices it starts with.
            TaskDevice.here().bind();
        }
        ExecutorCores cores = ExecutorCores.here();
        String line = line(kind, cores);
        if (LOGGED.add(line)) {
            LOG.info(line);
        }
        return new EngineThreads(kind == EngineSpec.Kind.DL4J ? NativeThreads.limit(cores.ofTask()) : null);
    }

    /** The limits in words. */
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
