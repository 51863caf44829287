package org.sparkfinetune.zoo.onnx;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * A layer that is exported to ONNX.
 *
 * @param vertex name of the vertex
 * @param configuration kind and settings
 * @param parameters parameters by the names of Deeplearning4j, empty when there are none
 * @param scale scale of the batch normalization that is folded into it, or {@link ChannelScale#NONE}
 * @param wire connection of its nodes
 */
record OnnxLayer(String vertex, Layer configuration, Map<String, INDArray> parameters, ChannelScale scale, Wire wire) {

    FloatTensor parameter(String name) {
        return FloatTensor.of(parameters.get(name));
    }

    /** Networks are channels first here; readers of other formats convert them. */
    void requireChannelsFirst(CNN2DFormat format) {
        if (format != CNN2DFormat.NCHW) {
            throw cannot("channels last (" + format + ")");
        }
    }

    InvalidRequestException cannot(String setting) {
        return Inexpressible.setting(vertex, configuration, setting);
    }
}
