package org.sparkfinetune.zoo.network;

import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * How a gradient becomes a step.
 *
 * @param kind of optimiser
 * @param learningRate of the head, 0 or more
 * @param momentum of {@link Kind#MOMENTUM}, and the first moment's decay of Adam; 0 or more and below 1
 * @param weightDecay how much weights are pulled to zero, 0 or more: as a part of the gradient, or of {@link Kind#ADAMW}
 *     beside it, times the learning rate
 */
public record Optimizer(Kind kind, double learningRate, double momentum, double weightDecay) {
    /** The optimisers. */
    public enum Kind {
        /** Kingma and Ba 2014, arXiv:1412.6980. */
        ADAM,
        /** Adam with decoupled weight decay; Loshchilov and Hutter 2017, arXiv:1711.05101. */
        ADAMW,
        /** Gradient descent with Nesterov's momentum. */
        MOMENTUM,
        /** Hinton, lecture 6e of Neural Networks for Machine Learning. */
        RMSPROP,
        /** Plain gradient descent. */
        SGD;

        /** Floats that it keeps for each parameter. */
        public int stateFloats() {
            return switch (this) {
                case ADAM, ADAMW -> 2;
                case MOMENTUM, RMSPROP -> 1;
                case SGD -> 0;
            };
        }
    }

    /** Deeplearning4j's object. */
    public IUpdater updater(double learningRateFactor) {
        double rate = learningRate * learningRateFactor;
        return switch (kind) {
            case ADAM, ADAMW ->
                Adam.builder().learningRate(rate).beta1(momentum).build();
            case MOMENTUM -> new Nesterovs(rate, momentum);
            case RMSPROP -> new RmsProp(rate);
            case SGD -> new Sgd(rate);
        };
    }

    /** What is added to the regularisation of a layer's weights; its biases get none. */
    List<Regularization> weightRegularization() {
        if (weightDecay == 0) {
            return List.of();
        }
        return List.of(kind == Kind.ADAMW ? new WeightDecay(weightDecay, true) : new L2Regularization(weightDecay));
    }
}
