package org.sparkfinetune.onednn;

import java.util.Optional;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.sparkfinetune.onednn.Signal.Gradient;

/**
 * {@code x > 0 ? x : slope * x}.
 *
 * @param slope at least 0, so that the sign of the output is that of the input
 */
record Rectifier(float slope) {
    /**
     * @return empty for the identity
     * @throws NotCompilable for any other function
     */
    static Optional<Rectifier> of(String vertex, IActivation function) {
        if (function instanceof ActivationIdentity) {
            return Optional.empty();
        }
        if (function instanceof ActivationReLU relu
                && relu.getMax() == null
                && (relu.getThreshold() == null || relu.getThreshold() == 0)) {
            return Optional.of(new Rectifier(
                    relu.getNegativeSlope() == null
                            ? 0
                            : relu.getNegativeSlope().floatValue()));
        }
        if (function instanceof ActivationLReLU leaky && leaky.getAlpha() >= 0) {
            return Optional.of(new Rectifier((float) leaky.getAlpha()));
        }
        throw new NotCompilable(vertex, "activation function " + function);
    }

    /** Whether the slope is 0, which batch normalization can apply itself. */
    boolean isPlain() {
        return slope == 0;
    }

    /** Makes a primitive apply the function to its output. */
    primitive_attr asPostOp() {
        post_ops operations = new post_ops();
        operations.append_eltwise(1, algorithm.eltwise_relu, slope, 0);
        primitive_attr attributes = OneDnn.attributes();
        attributes.set_post_ops(operations);
        return attributes;
    }

    static primitive_attr behind(Optional<Rectifier> rectifier) {
        return rectifier.map(Rectifier::asPostOp).orElseGet(OneDnn::attributes);
    }

    Tensor forward(ProgramBuilder program, Tensor input) {
        Tensor output = program.tensor(input.layout());
        program.call(
                "activation",
                new eltwise_forward(description(input)),
                ProgramBuilder.argument(dnnl.DNNL_ARG_SRC, input),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output));
        return output;
    }

    /**
     * Computes the gradient of the input from the output and its gradient; overwrites the latter where no other vertex
     * needs it.
     */
    Gradient backward(ProgramBuilder program, Tensor output, Gradient gradient) {
        Tensor to = gradient.hasOneReader() ? gradient.tensor() : program.tensor(output.layout());
        eltwise_backward.primitive_desc description = new eltwise_backward.primitive_desc(
                new eltwise_backward.desc(
                        algorithm.eltwise_relu_use_dst_for_bwd, output.layout(), output.layout(), slope, 0),
                OneDnn.attributes(),
                OneDnn.engine(),
                description(output));
        program.call(
                "activation backward",
                new eltwise_backward(description),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DST, output),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_DST, gradient.tensor()),
                ProgramBuilder.argument(dnnl.DNNL_ARG_DIFF_SRC, to));
        gradient.leave();
        return new Gradient(to);
    }

    private eltwise_forward.primitive_desc description(Tensor data) {
        return new eltwise_forward.primitive_desc(
                new eltwise_forward.desc(
                        prop_kind.forward_training, algorithm.eltwise_relu_use_dst_for_bwd, data.layout(), slope, 0),
                OneDnn.engine());
    }
}
