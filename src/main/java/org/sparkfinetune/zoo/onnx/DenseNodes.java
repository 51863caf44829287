package org.sparkfinetune.zoo.onnx;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.IActivation;

/** Exports fully connected layers, and layers that only apply a function. */
final class DenseNodes {
    private DenseNodes() {}

    /** Weights [in, out]. */
    static String dense(OnnxLayer layer, OnnxNodes nodes) {
        if (layer.wire().isPictures()) {
            throw layer.cannot("an input of rank 4");
        }
        if (layer.parameters().containsKey(DefaultParamInitializer.GAIN_KEY)) {
            throw layer.cannot("layer normalization");
        }
        Wire wire = layer.wire();
        IActivation function = ((BaseLayer) layer.configuration()).getActivationFn();
        boolean linear = ActivationNodes.isIdentity(function);
        String product = linear ? wire.output() : wire.inner("linear");
        List<String> inputs = new ArrayList<>(List.of(wire.input()));
        inputs.add(nodes.constant(product + "/weights", layer.parameter(DefaultParamInitializer.WEIGHT_KEY)));
        if (layer.parameters().containsKey(DefaultParamInitializer.BIAS_KEY)) {
            var bias = layer.parameters().get(DefaultParamInitializer.BIAS_KEY).reshape(-1);
            inputs.add(nodes.constant(product + "/bias", FloatTensor.of(bias)));
        }
        nodes.add("Gemm", product, inputs);
        if (!linear) {
            ActivationNodes.write(function, layer.vertex(), nodes, product, wire.output());
        }
        return wire.output();
    }

    /** A layer with only an activation function. */
    static String activation(OnnxLayer layer, OnnxNodes nodes) {
        IActivation function = layer.configuration() instanceof ActivationLayer activation
                ? activation.getActivationFn()
                : ((BaseLayer) layer.configuration()).getActivationFn();
        Wire wire = layer.wire();
        if (ActivationNodes.isIdentity(function)) {
            return wire.input();
        }
        ActivationNodes.write(function, layer.vertex(), nodes, wire.input(), wire.output());
        return wire.output();
    }
}
