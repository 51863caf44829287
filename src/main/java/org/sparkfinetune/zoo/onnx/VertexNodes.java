package org.sparkfinetune.zoo.onnx;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;

/** Exports vertices that are not layers. */
final class VertexNodes {
    private static final int ANY = -1;

    private final GraphVertex vertex;
    private final List<String> inputs;
    private final Wire wire;
    private final OnnxNodes nodes;

    private VertexNodes(GraphVertex vertex, List<String> inputs, Wire wire, OnnxNodes nodes) {
        this.vertex = vertex;
        this.inputs = inputs;
        this.wire = wire;
        this.nodes = nodes;
    }

    /**
     * @param inputs tensors that the vertex reads
     * @param wire connection from the first input to the output, which has the name of the vertex
     * @return tensor that holds the output
     */
    static String write(GraphVertex vertex, List<String> inputs, Wire wire, OnnxNodes nodes) {
        return new VertexNodes(vertex, inputs, wire, nodes).write();
    }

    private String write() {
        if (vertex instanceof ElementWiseVertex elementWise) {
            return elementWise(elementWise.getOp());
        }
        if (vertex instanceof MergeVertex merge) {
            return nodes.add("Concat", wire.output(), inputs, OnnxNodes.integer("axis", merge.getMergeAxis()));
        }
        if (vertex instanceof ScaleVertex scale) {
            return withScalar("Mul", scale.getScaleFactor());
        }
        if (vertex instanceof ShiftVertex shift) {
            return withScalar("Add", shift.getShiftFactor());
        }
        if (vertex instanceof L2NormalizeVertex normalize) {
            return l2Normalize(normalize);
        }
        if (vertex instanceof ReshapeVertex reshape) {
            return reshape(reshape);
        }
        if (vertex instanceof PreprocessorVertex preprocessor) {
            return PreprocessorNodes.write(preprocessor.getPreProcessor(), wire.output(), wire, nodes)
                    .input();
        }
        throw Inexpressible.kind(wire.output(), vertex);
    }

    private String elementWise(ElementWiseVertex.Op operation) {
        return switch (operation) {
            case Add -> nodes.add("Sum", wire.output(), inputs);
            case Average -> nodes.add("Mean", wire.output(), inputs);
            case Max -> nodes.add("Max", wire.output(), inputs);
            case Subtract -> nodes.add("Sub", wire.output(), inputs);
            case Product -> product();
        };
    }

    private String product() {
        String product = inputs.get(0);
        for (int i = 1; i < inputs.size(); i++) {
            String name = i == inputs.size() - 1 ? wire.output() : wire.inner("of-" + (i + 1));
            product = nodes.add("Mul", name, List.of(product, inputs.get(i)));
        }
        return product;
    }

    private String withScalar(String operator, double value) {
        String scalar = nodes.scalar(wire.inner("value"), (float) value);
        return nodes.add(operator, wire.output(), List.of(wire.input(), scalar));
    }

    /** Over all dimensions of an example. */
    private String l2Normalize(L2NormalizeVertex normalize) {
        int[] chosen = normalize.getDimension();
        if (chosen != null && chosen.length > 0) {
            throw Inexpressible.setting(wire.output(), vertex, "dimensions " + Arrays.toString(chosen));
        }
        int[] all = wire.isPictures() ? new int[] {1, 2, 3} : new int[] {1};
        String norm = nodes.add("ReduceL2", wire.inner("norm"), List.of(wire.input()), OnnxNodes.integers("axes", all));
        String least = nodes.scalar(wire.inner("least"), (float) normalize.getEps());
        String divisor = nodes.add("Max", wire.inner("divisor"), List.of(norm, least));
        return nodes.add("Div", wire.output(), List.of(wire.input(), divisor));
    }

    private String reshape(ReshapeVertex reshape) {
        int[] shape = reshape.getNewShape();
        if (shape[0] != ANY || reshape.getReshapeOrder() != 'c') {
            throw Inexpressible.setting(
                    wire.output(),
                    vertex,
                    "shape " + Arrays.toString(shape) + " in order " + reshape.getReshapeOrder()
                            + " (the first dimension must be -1, the order c)");
        }
        long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
        String target = nodes.vector(wire.inner("shape"), dimensions);
        return nodes.add("Reshape", wire.output(), List.of(wire.input(), target));
    }
}
