package org.sparkfinetune.cluster;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Limits the OpenMP threads of ND4J's native libraries (including oneDNN and OpenBLAS) for calls from the calling
 * thread, until closed: OpenMP keeps the number for each thread, and Spark reuses its task threads. The thread that
 * opened it must close it.
 */
public final class NativeThreads implements AutoCloseable {
    private final int before = here();

    private NativeThreads() {}

    /** Returns the number of threads that a native call from the calling thread uses now. */
    public static int here() {
        return natives().ompGetMaxThreads();
    }

    /** @param threads at least 1 */
    public static NativeThreads limit(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, found " + threads);
        }
        NativeThreads limit = new NativeThreads();
        set(threads);
        return limit;
    }

    @Override
    public void close() {
        set(before);
    }

    private static void set(int threads) {
        natives().setOmpNumThreads(threads);
    }

    private static NativeOps natives() {
        // Any call makes ND4J find its backend, without which the holder does not work.
        Nd4j.getExecutioner();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
}
