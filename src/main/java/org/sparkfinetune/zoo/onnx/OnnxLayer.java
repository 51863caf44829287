package org.sparkfinetune.zoo.onnx;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * One layer on its way to ONNX.
 *
 * @param vertex its name
 * @param configuration its kind and settings
 * @param parameters by Deeplearning4j's names, empty when it has none
 * @param scale of the batch normalisation that is folded into it, or {@link ChannelScale#NONE}
 * @param wire where its nodes are connected
 */
record OnnxLayer(String vertex, Layer configuration, Map<String, INDArray> parameters, ChannelScale scale, Wire wire) {

    FloatTensor parameter(String name) {
        return FloatTensor.of(parameters.get(name));
    }

    /** Networks are channels first here; readers of other formats turn what they read. */
    void requireChannelsFirst(CNN2DFormat format) {
        if (format != CNN2DFormat.NCHW) {
            throw cannot("channels last (" + format + ")");
        }
    }

    InvalidRequestException cannot(String setting) {
        return Inexpressible.setting(vertex, configuration, setting);
    }
}
