package org.sparkfinetune.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;

/**
 * A call of a program.
 *
 * @param vertex vertex of the graph that the call belongs to
 * @param operation name of the operation: {@code convolution}, {@code reorder weights}, …
 * @param call code that does it
 */
record Step(String vertex, String operation, Runnable call) {
    /**
     * A tensor of a primitive's call.
     *
     * @param role one of oneDNN's {@code DNNL_ARG_…}
     */
    record Argument(int role, Tensor tensor) {}

    static Step primitive(
            String vertex, String operation, primitive primitive, List<Argument> arguments, stream stream) {
        return new Step(vertex, operation, new Call(vertex + " " + operation, primitive, arguments, stream));
    }

    /** Keeps references to objects that the native code only points to. */
    private static final class Call implements Runnable {
        private final String name;
        private final primitive primitive;
        private final List<Argument> arguments;
        private final dnnl_exec_arg_t natives;
        private final stream stream;

        Call(String name, primitive primitive, List<Argument> arguments, stream stream) {
            this.name = name;
            this.primitive = primitive;
            this.stream = stream;
            this.arguments = List.copyOf(arguments);
            this.natives = new dnnl_exec_arg_t(arguments.size());
            for (int i = 0; i < arguments.size(); i++) {
                dnnl_memory memory = this.arguments.get(i).tensor().memory().get();
                natives.getPointer(i).arg(this.arguments.get(i).role()).memory(memory);
            }
        }

        @Override
        public void run() {
            OneDnn.check(dnnl.dnnl_primitive_execute(primitive.get(), stream.get(), arguments.size(), natives), name);
        }
    }
}
