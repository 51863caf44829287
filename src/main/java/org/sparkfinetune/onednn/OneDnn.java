package org.sparkfinetune.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The oneDNN library of this JVM. It is separate from the one inside ND4J's native libraries, whose functions are not
 * accessible. Both share the OpenMP runtime, so the calling thread's limit of native threads applies to both.
 */
final class OneDnn {
    private OneDnn() {}

    /** Loaded at the first use. */
    private static final class Loaded {
        private static final Optional<String> FAULT;
        private static final engine ENGINE;

        static {
            engine cpu = null;
            Optional<String> fault = Optional.empty();
            try {
                cpu = new engine(engine.kind.cpu, 0);
            } catch (LinkageError | RuntimeException e) {
                fault = Optional.of("the native libraries of oneDNN do not load: " + e);
            }
            ENGINE = cpu;
            FAULT = fault;
        }
    }

    /** Returns the reason why this JVM cannot use oneDNN; empty when it can. */
    static Optional<String> fault() {
        if (Boolean.getBoolean(DL4JSystemProperties.DISABLE_HELPER_PROPERTY)) {
            return Optional.of("-D" + DL4JSystemProperties.DISABLE_HELPER_PROPERTY + "=true disables it");
        }
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
        return "CPU".equals(backend) ? Loaded.FAULT : Optional.of("arrays are on the device of the backend " + backend);
    }

    static engine engine() {
        return Loaded.ENGINE;
    }

    /** Returns a stream whose calls are complete when they return, for one thread at a time. */
    static stream stream() {
        return new stream(engine());
    }

    /**
     * Attributes for a primitive with scratch memory from the caller. By default oneDNN uses memory of the thread that
     * created the primitive; tasks run a program on other threads.
     */
    static primitive_attr attributes() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
        return attributes;
    }

    /** Returns a float32 layout of the given kind. */
    static memory.desc layout(long[] dimensions, memory.format_tag kind) {
        return new memory.desc(dimensions, memory.data_type.f32, kind);
    }

    static long[] dimensions(memory.desc layout) {
        long[] dimensions = new long[layout.data().ndims()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = layout.data().dims().get(i);
        }
        return dimensions;
    }

    /** Lets a primitive choose its preferred layout. */
    static memory.desc any(long[] dimensions) {
        return layout(dimensions, memory.format_tag.any);
    }

    /**
     * @param status result of a call of the C interface
     * @throws IllegalStateException unless the call succeeded
     */
    static void check(int status, String what) {
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN returned status " + status + " for " + what);
        }
    }
}
