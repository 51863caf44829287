package org.sparkfinetune.bench;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.network.FreezeLadder;
import org.sparkfinetune.zoo.network.Head;
import org.sparkfinetune.zoo.network.HeadSpec;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.network.Optimizer;

/**
 * What {@code scripts/bench train} measures in every peer: a network of the zoo with random weights and five classes,
 * frozen up to a vertex, trained on pictures of random numbers.
 *
 * @param model name of a card
 * @param freezeUpTo vertex, or none
 * @param batch pictures in a step
 */
public record TrainingCase(String model, String freezeUpTo, int batch) {
    /** The same for all peers. */
    public static final Optimizer OPTIMIZER = new Optimizer(Optimizer.Kind.MOMENTUM, 1e-3, 0.9, 0);

    /** What is trained in place of the published head. */
    public static final HeadSpec HEAD = HeadSpec.plain(5);

    /** Of weights, pictures and labels. */
    public static final long SEED = 1;

    /** From its text, {@code MODEL:FREEZEPOINT:BATCH}. */
    public static TrainingCase parse(String text) {
        List<String> parts = Arrays.asList(text.split(":"));
        if (parts.size() != 3) {
            throw new IllegalArgumentException("a case is MODEL:FREEZEPOINT:BATCH, not \"" + text + "\"");
        }
        return new TrainingCase(parts.get(0), parts.get(1), Integer.parseInt(parts.get(2)));
    }

    /** Whether the same layers of the same network are trained. */
    boolean differsInBatchOnly(TrainingCase other) {
        return model.equals(other.model) && freezeUpTo.equals(other.freezeUpTo);
    }

    /** Card of the network. */
    public ModelCard card() {
        return ModelZoo.card(model);
    }

    /** The network with its new head. */
    public ComputationGraph network() {
        ComputationGraph published = Networks.build(card(), SEED);
        ComputationGraph network = Head.replace(published, card().head(), HEAD, SEED);
        Networks.release(published);
        return network;
    }

    /** The network cut at the freeze point. */
    public NetworkCut cut(ComputationGraph network) {
        return freezesNothing() ? NetworkCut.nothingFrozen(network) : NetworkCut.at(network, freezeUpTo);
    }

    /** Whether all layers are trained. */
    public boolean freezesNothing() {
        return freezeUpTo.equals(FreezeLadder.NONE);
    }

    /** What the network reads. */
    public InputType pictures() {
        return InputType.convolutional(card().input().height(), card().input().width(), 3);
    }

    /** Pictures of a step, [batch, 3, height, width]. */
    public INDArray randomPictures() {
        Nd4j.getRandom().setSeed(SEED);
        return Nd4j.randn(batch, 3, card().input().height(), card().input().width());
    }

    /** Class of a picture. */
    public static int label(long picture) {
        return (int) (Math.floorMod(picture * 7919, 1000) % HEAD.classes());
    }

    @Override
    public String toString() {
        return model + ":" + freezeUpTo + ":" + batch;
    }
}
