package org.sparkfinetune.zoo.onnx;

import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Exports activation functions. */
final class ActivationNodes {
    private static final double SIX = 6;
    /** GELU(x) ≈ x · sigmoid(1.702 x), which is what Deeplearning4j computes (arXiv:1606.08415). */
    private static final float GELU_SLOPE = 1.702f;

    /** Functions that are one operator without settings. */
    private static final Map<Class<? extends IActivation>, String> PLAIN = Map.of(
            ActivationSELU.class, "Selu",
            ActivationSigmoid.class, "Sigmoid",
            ActivationSoftPlus.class, "Softplus",
            ActivationSoftSign.class, "Softsign",
            ActivationTanH.class, "Tanh");

    private final OnnxNodes nodes;
    private final String vertex;
    private final String output;

    private ActivationNodes(OnnxNodes nodes, String vertex, String output) {
        this.nodes = nodes;
        this.vertex = vertex;
        this.output = output;
    }

    /** Returns whether the function does nothing. */
    static boolean isIdentity(IActivation function) {
        return function instanceof ActivationIdentity;
    }

    /** Applies the function to a tensor; softmax is over the last dimension, like in Deeplearning4j. */
    static void write(IActivation function, String vertex, OnnxNodes nodes, String input, String output) {
        new ActivationNodes(nodes, vertex, output).write(function, input);
    }

    private void write(IActivation function, String input) {
        String plain = PLAIN.get(function.getClass());
        if (plain != null) {
            one(plain, input);
        } else if (function instanceof ActivationIdentity) {
            one("Identity", input);
        } else if (function instanceof ActivationSoftmax) {
            one("Softmax", input, OnnxNodes.integer("axis", -1));
        } else if (function instanceof ActivationELU elu) {
            one("Elu", input, OnnxNodes.number("alpha", elu.getAlpha()));
        } else if (function instanceof ActivationThresholdedReLU relu) {
            one("ThresholdedRelu", input, OnnxNodes.number("alpha", relu.getTheta()));
        } else if (function instanceof ActivationHardSigmoid) {
            one("HardSigmoid", input, OnnxNodes.number("alpha", 0.2), OnnxNodes.number("beta", 0.5));
        } else if (function instanceof ActivationHardTanH) {
            clip(input, -1, 1);
        } else if (function instanceof ActivationLReLU leaky) {
            one("LeakyRelu", input, OnnxNodes.number("alpha", leaky.getAlpha()));
        } else if (function instanceof ActivationReLU relu) {
            relu(relu, input);
        } else if (function instanceof ActivationReLU6) {
            clip(input, 0, SIX);
        } else {
            product(function, input);
        }
    }

    private void relu(ActivationReLU relu, String input) {
        if (relu.getThreshold() != null && relu.getThreshold() != 0) {
            throw Inexpressible.setting(vertex, relu, "the threshold " + relu.getThreshold());
        }
        double slope = relu.getNegativeSlope() == null ? 0 : relu.getNegativeSlope();
        if (relu.getMax() == null) {
            leaky(slope, input, output);
            return;
        }
        String unlimited = leaky(slope, input, output + "/relu");
        String limit = nodes.scalar(output + "/limit", relu.getMax().floatValue());
        nodes.add("Min", output, List.of(unlimited, limit));
    }

    private String leaky(double slope, String input, String to) {
        return slope == 0
                ? nodes.add("Relu", to, List.of(input))
                : nodes.add("LeakyRelu", to, List.of(input), OnnxNodes.number("alpha", slope));
    }

    /** The functions of the form x · g(x). */
    private void product(IActivation function, String input) {
        if (function instanceof ActivationSwish) {
            times(input, nodes.add("Sigmoid", output + "/sigmoid", List.of(input)));
        } else if (function instanceof ActivationGELU gelu && !gelu.isPrecise()) {
            String slope = nodes.scalar(output + "/slope", GELU_SLOPE);
            String steeper = nodes.add("Mul", output + "/steeper", List.of(input, slope));
            times(input, nodes.add("Sigmoid", output + "/sigmoid", List.of(steeper)));
        } else if (function instanceof ActivationMish) {
            String softplus = nodes.add("Softplus", output + "/softplus", List.of(input));
            times(input, nodes.add("Tanh", output + "/tanh", List.of(softplus)));
        } else if (function instanceof ActivationCube) {
            times(input, nodes.add("Mul", output + "/square", List.of(input, input)));
        } else {
            throw Inexpressible.setting(
                    vertex, function, function instanceof ActivationGELU ? "precise: true" : "these settings");
        }
    }

    private void one(String operator, String input, AttributeProto... attributes) {
        nodes.add(operator, output, List.of(input), attributes);
    }

    private void clip(String input, double least, double greatest) {
        String from = nodes.scalar(output + "/least", (float) least);
        String to = nodes.scalar(output + "/greatest", (float) greatest);
        nodes.add("Clip", output, List.of(input, from, to));
    }

    private void times(String input, String factor) {
        nodes.add("Mul", output, List.of(input, factor));
    }
}
