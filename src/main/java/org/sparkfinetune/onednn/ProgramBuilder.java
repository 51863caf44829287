package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.onednn.Signal.Gradient;

/** Collects the steps of a program, vertex by vertex, forward and then backward. */
final class ProgramBuilder {
    private final FlatParameters parameters;
    private final Purpose purpose;
    private final stream stream = OneDnn.stream();
    private final List<Step> forward = new ArrayList<>();
    private final List<Step> backward = new ArrayList<>();
    private final List<Tensor> unplaced = new ArrayList<>();
    private final List<INDArray> arrays = new ArrayList<>();
    private final Map<Tensor, Map<memory.desc, Tensor>> copies = new HashMap<>();
    private List<Step> current = forward;
    private String vertex = "";

    ProgramBuilder(FlatParameters parameters, Purpose purpose) {
        this.parameters = parameters;
        this.purpose = purpose;
    }

    FlatParameters parameters() {
        return parameters;
    }

    Purpose purpose() {
        return purpose;
    }

    boolean trains() {
        return purpose == Purpose.TRAINING;
    }

    /** Sets the vertex of the next steps. */
    void vertex(String name) {
        vertex = name;
    }

    /** Ends the forward steps. */
    void beginBackward() {
        current = backward;
    }

    /** Creates a tensor that is placed when all steps are known. */
    Tensor tensor(memory.desc layout) {
        Tensor tensor = Tensor.unplaced(layout);
        unplaced.add(tensor);
        return tensor;
    }

    /** Creates an ND4J array of the shape, in c order and at a fixed place, which is also a tensor. */
    Array array(long[] shape, memory.desc layout) {
        INDArray array = Nd4j.create(DataType.FLOAT, shape, 'c');
        arrays.add(array);
        return new Array(array, Tensor.at(array.data().addressPointer(), layout));
    }

    /** Creates an array with Deeplearning4j's shape of a signal, for copies of its tensor. */
    Array plainArray(Signal signal, boolean channelsLast) {
        long[] dimensions = OneDnn.dimensions(signal.tensor().layout());
        return signal.isPictures() || dimensions.length == 2
                ? plainArray(signal.shape(), channelsLast)
                : array(signal.shape(), OneDnn.layout(dimensions, memory.format_tag.abcd));
    }

    /** @param shape shape of vectors or of pictures, pictures with their channels before height and width */
    Array plainArray(long[] shape, boolean channelsLast) {
        if (shape.length == 2) {
            return array(shape, OneDnn.layout(shape, memory.format_tag.ab));
        }
        return channelsLast
                ? array(
                        new long[] {shape[0], shape[2], shape[3], shape[1]},
                        OneDnn.layout(shape, memory.format_tag.acdb))
                : array(shape, OneDnn.layout(shape, memory.format_tag.abcd));
    }

    /** Numbers that both ND4J and oneDNN access. */
    record Array(INDArray array, Tensor tensor) {}

    /** Adds a call of a primitive, with the scratch memory that it needs. */
    void call(String operation, primitive primitive, Step.Argument... arguments) {
        List<Step.Argument> all = new ArrayList<>(List.of(arguments));
        memory.desc scratch = new primitive_desc_base(primitive.get_dnnl_primitive_desc(), true).scratchpad_desc();
        if (scratch.get_size() > 0) {
            all.add(argument(dnnl.DNNL_ARG_SCRATCHPAD, tensor(scratch)));
        }
        for (Step.Argument argument : all) {
            argument.tensor().usedIn(steps());
        }
        current.add(Step.primitive(vertex, operation, primitive, all, stream));
    }

    /** Adds a call of Java code that reads or writes these tensors. */
    void call(String operation, Runnable code, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            tensor.usedIn(steps());
        }
        current.add(new Step(vertex, operation, code));
    }

    /** Declares that the next step uses a tensor although it names only a view of it. */
    void use(Tensor tensor) {
        tensor.usedIn(steps());
    }

    static Step.Argument argument(int role, Tensor tensor) {
        return new Step.Argument(role, tensor);
    }

    /**
     * Returns the numbers in the given layout: the tensor itself if it has that layout, or a copy, which is made only
     * once.
     */
    Tensor in(memory.desc layout, Tensor tensor, String operation) {
        if (tensor.layout().equals(layout)) {
            return tensor;
        }
        for (Map.Entry<memory.desc, Tensor> copy :
                copies.getOrDefault(tensor, Map.of()).entrySet()) {
            if (copy.getKey().equals(layout)) {
                return copy.getValue();
            }
        }
        Tensor copy = tensor(layout);
        copy(tensor, copy, operation);
        copies.computeIfAbsent(tensor, any -> new HashMap<>()).put(layout, copy);
        return copy;
    }

    /** Copies the numbers of one tensor into another of the same dimensions. */
    void copy(Tensor from, Tensor to, String operation) {
        reorder.primitive_desc description = new reorder.primitive_desc(
                OneDnn.engine(), from.layout(), OneDnn.engine(), to.layout(), OneDnn.attributes(), false);
        call(operation, new reorder(description), argument(dnnl.DNNL_ARG_FROM, from), argument(dnnl.DNNL_ARG_TO, to));
    }

    /** Adds a gradient found by a following vertex to the gradient of a signal. */
    void addGradient(Signal signal, Gradient part) {
        if (!signal.trained()) {
            part.leave();
            return;
        }
        Gradient sum = signal.gradient();
        if (sum == null) {
            signal.gradient(part);
            return;
        }
        Tensor to = sum.hasOneReader() ? sum.tensor() : part.hasOneReader() ? part.tensor() : tensor(layoutOf(signal));
        Tensor first = in(layoutOf(signal), sum.tensor(), "reorder gradient");
        Tensor second = in(layoutOf(signal), part.tensor(), "reorder gradient");
        binary.primitive_desc description = new binary.primitive_desc(
                new binary.desc(algorithm.binary_add, first.layout(), second.layout(), to.layout()),
                OneDnn.attributes(),
                OneDnn.engine());
        call(
                "sum of gradients",
                new binary(description),
                argument(dnnl.DNNL_ARG_SRC_0, first),
                argument(dnnl.DNNL_ARG_SRC_1, second),
                argument(dnnl.DNNL_ARG_DST, to));
        sum.leave();
        part.leave();
        signal.gradient(new Gradient(to));
    }

    /** Adds a newly computed gradient. */
    void addGradient(Signal signal, Tensor gradient) {
        addGradient(signal, new Gradient(gradient));
    }

    private static memory.desc layoutOf(Signal signal) {
        return signal.tensor().layout();
    }

    private int steps() {
        return forward.size() + backward.size();
    }

    Program program(List<Tensor> inputs) {
        return new Program(List.copyOf(forward), List.copyOf(backward), inputs, new BufferPlan(unplaced), arrays);
    }
}
