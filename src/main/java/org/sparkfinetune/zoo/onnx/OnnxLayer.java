package org.sparkfinetune.zoo.onnx;

import java.util.Map;
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

    InvalidRequestException cannot(String setting) {
        return Inexpressible.setting(vertex, configuration, setting);
    }
}
