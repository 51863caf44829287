package org.sparkfinetune.train.tail;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss that also counts hits during training: examples whose highest output is that of their label. DL4J drops the
 * output of a minibatch once it has the gradient, so counting afterwards would need another forward pass. The loss
 * itself is unchanged. Used only in graphs that this JVM trains, never in a configuration that is sent or saved.
 */
public final class HitCountingLoss implements ILossFunction {
    private static final long serialVersionUID = 1L;

    private final ILossFunction loss;
    private long hits;

    private HitCountingLoss(ILossFunction loss) {
        this.loss = loss;
    }

    /** Puts a counter into the output layer of a graph; for a graph with several outputs, the counter stays at 0. */
    static HitCountingLoss into(ComputationGraph graph) {
        if (graph.getNumOutputArrays() == 1
                && graph.getOutputLayer(0).conf().getLayer() instanceof BaseOutputLayer output) {
            HitCountingLoss counting = new HitCountingLoss(output.getLossFn());
            output.setLossFn(counting);
            return counting;
        }
        return new HitCountingLoss(null);
    }

    /** Returns the hits since the last call. */
    public long take() {
        long counted = hits;
        hits = 0;
        return counted;
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        if (labels.rank() == 2) {
            hits += preOutput
                    .argMax(1)
                    .eq(labels.argMax(1))
                    .castTo(DataType.LONG)
                    .sumNumber()
                    .longValue();
        }
        return loss.computeGradient(labels, preOutput, activationFn, mask);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask, boolean average) {
        return new Pair<>(
                loss.computeScore(labels, preOutput, activationFn, mask, average),
                computeGradient(labels, preOutput, activationFn, mask));
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask, boolean average) {
        return loss.computeScore(labels, preOutput, activationFn, mask, average);
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        return loss.computeScoreArray(labels, preOutput, activationFn, mask);
    }

    @Override
    public String name() {
        return loss.name();
    }
}
