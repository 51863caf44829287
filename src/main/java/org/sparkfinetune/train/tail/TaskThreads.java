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
 * The native threads and the device of tasks that run a tail. Without a limit each of T tasks of an executor would use a thread for each of
 * the C cores: T · C threads on C cores.
 *
 * @param tasks of the Spark stage, at least 1
 */
public record TaskThreads(int tasks) implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskThreads.class);
    /** What this JVM has told. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    /**
     * Limits the calling task's thread until it is closed, before the thread goes back to Spark's pool. To be called before
     * anything else of ND4J: the thread is bound to the device that Spark gave the task.
     */
    public NativeThreads limit() {
        TaskDevice.here().bind();
        ExecutorCores cores = ExecutorCores.here();
        int threads = cores.ofEachTask(tasks);
        String line = "training with " + cores.tasksAtOnce(tasks) + " tasks x " + threads + " native threads on "
                + cores.cores() + " cores";
        if (TOLD.add(line)) {
            LOG.info(line);
        }
        return NativeThreads.limit(threads);
    }
}
