package org.sparkfinetune.zoo.onnx;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x · factor + term} for each channel, which is batch normalization after training.
 *
 * @param factors one factor per channel; empty for no change
 * @param terms one term per channel
 */
record ChannelScale(double[] factors, double[] terms) {
    /** No change. */
    static final ChannelScale NONE = new ChannelScale(new double[0], new double[0]);

    /** Returns running statistics, gamma and beta of a layer as one factor and one term. */
    static ChannelScale of(BatchNormalization layer, Map<String, INDArray> parameters) {
        double[] mean = values(parameters, BatchNormalizationParamInitializer.GLOBAL_MEAN);
        double[] factors = new double[mean.length];
        double[] terms = new double[mean.length];
        double[] variance = variance(parameters);
        double[] gamma = values(parameters, BatchNormalizationParamInitializer.GAMMA);
        double[] beta = values(parameters, BatchNormalizationParamInitializer.BETA);
        for (int i = 0; i < mean.length; i++) {
            double gain = layer.isLockGammaBeta() ? layer.getGamma() : gamma[i];
            double offset = layer.isLockGammaBeta() ? layer.getBeta() : beta[i];
            factors[i] = gain / Math.sqrt(variance[i] + layer.getEps());
            terms[i] = offset - mean[i] * factors[i];
        }
        return new ChannelScale(factors, terms);
    }

    private static double[] variance(Map<String, INDArray> parameters) {
        double[] logarithms = values(parameters, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        if (logarithms.length == 0) {
            return values(parameters, BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        double[] variance = new double[logarithms.length];
        for (int i = 0; i < variance.length; i++) {
            variance[i] = Math.pow(10, 2 * logarithms[i]);
        }
        return variance;
    }

    private static double[] values(Map<String, INDArray> parameters, String name) {
        INDArray array = parameters.get(name);
        if (array == null) {
            return new double[0];
        }
        try (INDArray copy = array.dup('c')) {
            return copy.data().asDouble();
        }
    }

    boolean isNone() {
        return factors.length == 0;
    }

    /** Returns tensors that are broadcast over an activation. */
    FloatTensor factorTensor(long... shape) {
        return FloatTensor.of(shape, factors);
    }

    FloatTensor termTensor(long... shape) {
        return FloatTensor.of(shape, terms);
    }
}
