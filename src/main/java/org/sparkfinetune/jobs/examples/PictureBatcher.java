package org.sparkfinetune.jobs.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.data.augment.AugmentedTensor;
import org.sparkfinetune.data.augment.Draws;
import org.sparkfinetune.data.augment.MinibatchMixing;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.train.Batcher;

/**
 * Pictures as minibatches of the tail: decoded, changed at random, mixed, run through the trunk. A minibatch is all trained
 * pictures or all held-out ones; those are only decoded and run through the trunk.
 *
 * @param trunk from pixels to the inputs of the tail
 * @param forwardBatch pictures in one forward pass of the trunk, which bounds its memory
 * @param augmentation of trained pictures
 * @param seed of the run
 * @param activations makes minibatches of what comes out of the trunk
 */
public record PictureBatcher(
        EngineSpec trunk, int forwardBatch, Augmentation augmentation, long seed, ActivationBatcher activations)
        implements Batcher<LabelledPicture> {

    @Override
    public MultiDataSet batch(List<LabelledPicture> pictures) {
        Augmentation applied = pictures.get(0).trained() ? augmentation : Augmentation.NONE;
        List<Draws> draws = pictures.stream()
                .map(picture -> Draws.of(seed, picture.epoch(), picture.identity()))
                .toList();
        float[] pixels = pixels(pictures, applied, draws);
        float[] shares = new MinibatchMixing(applied, trunk.input()).mix(pixels, draws);
        MultiDataSet minibatch = activations.batch(throughTrunk(pictures, pixels));
        if (applied.mixes()) {
            minibatch.setLabels(0, mixed(minibatch.getLabels(0), shares));
        }
        return minibatch;
    }

    private float[] pixels(List<LabelledPicture> pictures, Augmentation applied, List<Draws> draws) {
        AugmentedTensor tensor = new AugmentedTensor(trunk.input(), applied, PictureLimits.DEFAULT);
        float[] pixels = new float[Math.multiplyExact(pictures.size(), tensor.floats())];
        for (int i = 0; i < pictures.size(); i++) {
            LabelledPicture picture = pictures.get(i);
            try {
                tensor.write(picture.encoded(), draws.get(i), pixels, i * tensor.floats());
            } catch (RejectedPictureException e) {
                throw DatasetPictures.damaged(picture.path(), e.getMessage());
            }
        }
        return pixels;
    }

    private List<LabelledActivations> throughTrunk(List<LabelledPicture> pictures, float[] pixels) {
        int floats = trunk.input().floats();
        List<LabelledActivations> examples = new ArrayList<>();
        for (int from = 0; from < pictures.size(); from += forwardBatch) {
            int to = Math.min(pictures.size(), from + forwardBatch);
            float[] part = Arrays.copyOfRange(pixels, from * floats, to * floats);
            for (float[][] boundary : trunk.forward(part, to - from)) {
                int label = pictures.get(examples.size()).label();
                examples.add(LabelledActivations.of(label, boundary));
            }
        }
        return examples;
    }

    /** Each row keeps its share of itself and takes the rest from its partner's. */
    private static INDArray mixed(INDArray targets, float[] shares) {
        float[][] rows = targets.toFloatMatrix();
        float[][] mixed = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            float[] partner = rows[MinibatchMixing.partner(i, rows.length)];
            mixed[i] = new float[partner.length];
            for (int label = 0; label < partner.length; label++) {
                mixed[i][label] = shares[i] * rows[i][label] + (1 - shares[i]) * partner[label];
            }
        }
        return Nd4j.createFromArray(mixed);
    }
}
