package org.sparkfinetune.zoo.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.GraphProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;

/** Exports a network as an ONNX graph, one vertex after the other; each output has the name of its vertex. */
final class NetworkNodes {
    private static final String BATCH = "batch";

    private final ComputationGraph network;
    private final ComputationGraphConfiguration configuration;
    private final OnnxDescription description;
    private final GraphProto.Builder graph;
    private final OnnxNodes nodes;
    private final BatchNormFolding folding;
    /** Vertex or network input to the tensor that holds its output. */
    private final Map<String, String> tensors = new LinkedHashMap<>();

    private final Map<String, InputType> types;

    NetworkNodes(ComputationGraph network, OnnxDescription description, GraphProto.Builder graph) {
        this.network = network;
        this.configuration = network.getConfiguration();
        this.description = description;
        this.graph = graph;
        this.nodes = new OnnxNodes(graph);
        this.folding = new BatchNormFolding(configuration);
        this.types = types(configuration, description.preprocessing());
    }

    private static Map<String, InputType> types(ComputationGraphConfiguration configuration, Preprocessing input) {
        if (configuration.getNetworkInputs().size() != 1) {
            throw new InvalidRequestException(
                    "model",
                    "has the inputs " + configuration.getNetworkInputs()
                            + "; only networks with one input, the picture, can be exported to ONNX");
        }
        InputType pictures = InputType.convolutional(input.height(), input.width(), 3);
        // A copy, because computing the types may add preprocessors.
        Map<String, InputType> types = new LinkedHashMap<>(configuration.clone().getLayerActivationTypes(pictures));
        types.put(configuration.getNetworkInputs().get(0), pictures);
        return types;
    }

    void write() {
        input(configuration.getNetworkInputs().get(0));
        for (int index : network.topologicalSortOrder()) {
            String vertex = network.getVertices()[index].getVertexName();
            if (!configuration.getNetworkInputs().contains(vertex)) {
                tensors.put(vertex, vertex(vertex));
            }
        }
        configuration.getNetworkOutputs().forEach(this::output);
    }

    private void input(String name) {
        Preprocessing preprocessing = description.preprocessing();
        switch (description.input()) {
            case FLOAT -> {
                graph.addInput(value(
                        name, TensorProto.DataType.FLOAT_VALUE, 3, preprocessing.height(), preprocessing.width()));
                tensors.put(name, name);
            }
            case UINT8 -> {
                graph.addInput(value(
                        name, TensorProto.DataType.UINT8_VALUE, preprocessing.height(), preprocessing.width(), 3));
                tensors.put(name, fromBytes(preprocessing, name, nodes));
            }
        }
    }

    private String vertex(String vertex) {
        List<String> inputs = configuration.getVertexInputs().get(vertex);
        List<String> read = inputs.stream().map(tensors::get).toList();
        Wire wire = new Wire(read.get(0), rank(vertex, inputs.get(0)), vertex);
        if (configuration.getVertices().get(vertex) instanceof LayerVertex layerVertex) {
            return folding.isFolded(vertex) ? wire.input() : layer(vertex, layerVertex, wire);
        }
        return VertexNodes.write(configuration.getVertices().get(vertex), read, wire, nodes);
    }

    private String layer(String vertex, LayerVertex layerVertex, Wire wire) {
        Optional<String> normalization = folding.after(vertex);
        // A convolution with a folded normalization writes the values of the normalization, under its name.
        Wire own = new Wire(wire.input(), wire.rank(), normalization.orElse(vertex));
        Wire behind = layerVertex.getPreProcessor() == null
                ? own
                : PreprocessorNodes.write(layerVertex.getPreProcessor(), vertex, own, nodes);
        OnnxLayer layer = new OnnxLayer(
                vertex,
                BatchNormFolding.layer(configuration, vertex).orElseThrow(),
                parameters(vertex),
                normalization.map(this::scale).orElse(ChannelScale.NONE),
                behind);
        return LayerNodes.write(layer, nodes);
    }

    private ChannelScale scale(String normalization) {
        BatchNormalization layer = (BatchNormalization)
                BatchNormFolding.layer(configuration, normalization).orElseThrow();
        return ChannelScale.of(layer, parameters(normalization));
    }

    private Map<String, INDArray> parameters(String vertex) {
        Map<String, INDArray> parameters = network.getLayer(vertex).paramTable();
        return parameters == null ? Map.of() : parameters;
    }

    private int rank(String vertex, String input) {
        InputType type = types.get(input);
        return switch (type.getType()) {
            case CNN -> 4;
            case FF, CNNFlat -> 2;
            default ->
                throw Inexpressible.setting(
                        vertex, configuration.getVertices().get(vertex), "an input that is " + type);
        };
    }

    /** Writes an output under the name of its vertex, even when the vertex does nothing and returns its input. */
    private void output(String vertex) {
        if (!tensors.get(vertex).equals(vertex)) {
            nodes.add("Identity", vertex, List.of(tensors.get(vertex)));
        }
        graph.addOutput(value(
                vertex, TensorProto.DataType.FLOAT_VALUE, types.get(vertex).getShape(false)));
    }

    private static ValueInfoProto value(String name, int elementType, long... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
        for (long size : shape) {
            TensorShapeProto.Dimension.Builder dimension = dimensions.addDimBuilder();
            // Deeplearning4j reports 0 behind a loss layer, whose size it does not track; without a size, the runtime
            // finds
            // out.
            if (size > 0) {
                dimension.setDimValue(size);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(elementType)
                                .setShape(dimensions)))
                .build();
    }

    /**
     * uint8 [n, height, width, 3] in the order red, green, blue to float32 [n, 3, height, width].
     *
     * @return tensor with the input of the network
     */
    private static String fromBytes(Preprocessing preprocessing, String input, OnnxNodes nodes) {
        String floats = nodes.add(
                "Cast", input + "/floats", List.of(input), OnnxNodes.integer("to", TensorProto.DataType.FLOAT_VALUE));
        String planes =
                nodes.add("Transpose", input + "/planes", List.of(floats), OnnxNodes.integers("perm", 0, 3, 1, 2));
        if (preprocessing.channelOrder() == ChannelOrder.BGR) {
            String order = nodes.vector(input + "/order", 2, 1, 0);
            planes = nodes.add("Gather", input + "/ordered", List.of(planes, order), OnnxNodes.integer("axis", 1));
        }
        String mean = nodes.constant(input + "/mean", channels(preprocessing.mean()));
        String std = nodes.constant(input + "/std", channels(preprocessing.std()));
        String centred = nodes.add("Sub", input + "/centred", List.of(planes, mean));
        return nodes.add("Div", input + "/scaled", List.of(centred, std));
    }

    private static FloatTensor channels(List<Double> values) {
        return FloatTensor.of(
                new long[] {values.size(), 1, 1},
                values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
