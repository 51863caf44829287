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
 * The oneDNN of this JVM: a library of its own, beside the one inside ND4J's natives, which does not show its functions. Both
 * share the OpenMP runtime, so that the calling thread's limit of native threads holds for both.
 */
final class OneDnn {
    private OneDnn() {}

    /** Loaded when it is asked for first. */
    private static final class Loaded {
        private static final Optional<String> FAULT;
        private static final engine ENGINE;

        static {
            engine cpu = null;
            Optional<String> fault = Optional.empty();
            try {
                cpu = new engine(engine.kind.cpu, 0);
            } catch (LinkageError | RuntimeException e) {
                fault = Optional.of("the natives of oneDNN do not load: " + e);
            }
            ENGINE = cpu;
            FAULT = fault;
        }
    }

    /** Why this JVM cannot use it, if it cannot. */
    static Optional<String> fault() {
        if (Boolean.getBoolean(DL4JSystemProperties.DISABLE_HELPER_PROPERTY)) {
            return Optional.of("-D" + DL4JSystemProperties.DISABLE_HELPER_PROPERTY + "=true switches it off");
        }
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
        return "CPU".equals(backend) ? Loaded.FAULT : Optional.of("arrays lie on the device of the backend " + backend);
    }

    static engine engine() {
        return Loaded.ENGINE;
    }

    /** A stream whose calls are over when they return, for one thread at a time. */
    static stream stream() {
        return new stream(engine());
    }

    /**
     * Of a primitive whose scratch memory we give. Left to itself, oneDNN takes memory of the thread that made the primitive; tasks
     * run a program on other threads.
     */
    static primitive_attr attributes() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
        return attributes;
    }

    /** A float32 layout of that kind. */
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

    /** The layout that a primitive likes best. */
    static memory.desc any(long[] dimensions) {
        return layout(dimensions, memory.format_tag.any);
    }

    /**
     * @param status of a call of the C interface
     * @throws IllegalStateException unless the call succeeded
     */
    static void check(int status, String what) {
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN returned the status " + status + " for " + what);
        }
    }
}
