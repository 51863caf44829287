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
 * The optimizer, which turns a gradient into a step.
 *
 * @param kind kind of optimizer
 * @param learningRate learning rate of the head, 0 or more
 * @param momentum momentum of {@link Kind#MOMENTUM}, and decay of the first moment of Adam; 0 or more and below 1
 * @param weightDecay decay of weights, 0 or more: part of the gradient, or for {@link Kind#ADAMW} added to it, times
 *     the learning rate
 */
public record Optimizer(Kind kind, double learningRate, double momentum, double weightDecay) {
    /** The kinds of optimizers. */
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

        /** Returns the floats of updater state per parameter. */
        public int stateFloats() {
            return switch (this) {
                case ADAM, ADAMW -> 2;
                case MOMENTUM, RMSPROP -> 1;
                case SGD -> 0;
            };
        }
    }

    /** Returns the updater of Deeplearning4j. */
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

    /** Returns the regularization of weights; biases have none. */
    List<Regularization> weightRegularization() {
        if (weightDecay == 0) {
            return List.of();
        }
        return List.of(kind == Kind.ADAMW ? new WeightDecay(weightDecay, true) : new L2Regularization(weightDecay));
    }
}
