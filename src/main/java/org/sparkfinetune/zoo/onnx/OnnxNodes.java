package org.sparkfinetune.zoo.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.nd4j.shade.protobuf.ByteString;

/** The nodes and constants of an ONNX graph under construction. Tensors are identified by name. */
final class OnnxNodes {
    private final GraphProto.Builder graph;

    OnnxNodes(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /**
     * Appends a node with one output, which has the name of the node.
     *
     * @return name of the output
     */
    String add(String operator, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    /** @return the name */
    String constant(String name, FloatTensor value) {
        graph.addInitializer(value.proto(name));
        return name;
    }

    /** Adds a constant that is combined with every value of a tensor. */
    String scalar(String name, float value) {
        graph.addInitializer(FloatTensor.of(new long[0], value).proto(name));
        return name;
    }

    /** Adds a vector of int64, such as a shape. */
    String vector(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return name;
    }

    static AttributeProto integers(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        IntStream.of(values).forEach(attribute::addInts);
        return attribute.build();
    }

    static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto number(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }
}
