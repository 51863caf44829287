package org.sparkfinetune.cluster;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A limit of the OpenMP threads of ND4J's natives (oneDNN and OpenBLAS included) for calls made from the calling thread, until
 * it is closed: OpenMP keeps the number for each thread, and Spark uses its task threads again. To be closed by the thread
 * that opened it.
 */
public final class NativeThreads implements AutoCloseable {
    private final int before = here();

    private NativeThreads() {}

    /** Those that a native call from the calling thread uses now. */
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
        // The holder works only when ND4J has found its backend, which it does when it is asked for anything.
        Nd4j.getExecutioner();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
}
