package org.sparkfinetune.train.tail;

import java.io.Serializable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.cluster.NativeThreads;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.inference.engine.TaskDevice;

/**
 * Sets the native threads and the device of tasks that run a tail. Without a limit, each of T tasks of an executor
 * would use one thread for each of C cores: T · C threads on C cores.
 *
 * @param tasks number of tasks of the Spark stage, at least 1
 */
public record TaskThreads(int tasks) implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskThreads.class);
    /** Lines that this JVM has logged. */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    /**
     * Limits the native threads of the calling task until the result is closed, and binds its thread to the device that
     * Spark assigned to the task. To be called before the task uses ND4J.
     */
    public NativeThreads limit() {
        TaskDevice.here().bind();
        ExecutorCores cores = ExecutorCores.here();
        int threads = cores.ofEachTask(tasks);
        String line = "training with " + cores.tasksAtOnce(tasks) + " tasks x " + threads + " native threads on "
                + cores.cores() + " cores";
        if (LOGGED.add(line)) {
            LOG.info(line);
        }
        return NativeThreads.limit(threads);
    }
}
