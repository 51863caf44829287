package org.sparkfinetune.zoo.onnx;

import java.util.List;
import onnx.Onnx.TensorProto;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;

/** Exports the preprocessing of the bytes of a decoded picture. */
final class InputNodes {
    private InputNodes() {}

    /**
     * uint8 [n, height, width, 3] in the order red, green, blue to float32 [n, 3, height, width].
     *
     * @return tensor with the input of the network
     */
    static String fromBytes(Preprocessing preprocessing, String input, OnnxNodes nodes) {
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
