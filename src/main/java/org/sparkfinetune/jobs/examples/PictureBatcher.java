package org.sparkfinetune.jobs.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.data.augment.Augmentation;
import org.sparkfinetune.data.augment.AugmentationRandom;
import org.sparkfinetune.data.augment.AugmentedTensor;
import org.sparkfinetune.data.augment.MinibatchMixing;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.train.Batcher;

/**
 * Makes minibatches of the tail from encoded pictures: decodes, augments and mixes them and runs them through the
 * trunk. All pictures of a minibatch are training pictures, or all are held out; the latter are only decoded and run
 * through the trunk.
 *
 * @param trunk network from pixels to the inputs of the tail
 * @param forwardBatch pictures in one forward pass of the trunk; bounds its memory
 * @param augmentation augmentation of training pictures
 * @param seed seed of the run
 * @param activations makes minibatches of the activations
 */
public record PictureBatcher(
        EngineSpec trunk, int forwardBatch, Augmentation augmentation, long seed, ActivationBatcher activations)
        implements Batcher<LabelledPicture> {

    @Override
    public MultiDataSet batch(List<LabelledPicture> pictures) {
        Augmentation applied = pictures.get(0).trained() ? augmentation : Augmentation.NONE;
        List<AugmentationRandom> draws = pictures.stream()
                .map(picture -> AugmentationRandom.of(seed, picture.epoch(), picture.identity()))
                .toList();
        float[] pixels = pixels(pictures, applied, draws);
        float[] fractions = new MinibatchMixing(applied, trunk.input()).mix(pixels, draws);
        MultiDataSet minibatch = activations.batch(throughTrunk(pictures, pixels));
        if (applied.mixes()) {
            minibatch.setLabels(0, mixed(minibatch.getLabels(0), fractions));
        }
        return minibatch;
    }

    private float[] pixels(List<LabelledPicture> pictures, Augmentation applied, List<AugmentationRandom> draws) {
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

    /** Mixes each row with that of its partner, in the given fractions. */
    private static INDArray mixed(INDArray targets, float[] fractions) {
        float[][] rows = targets.toFloatMatrix();
        float[][] mixed = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            float[] partner = rows[MinibatchMixing.partner(i, rows.length)];
            mixed[i] = new float[partner.length];
            for (int label = 0; label < partner.length; label++) {
                mixed[i][label] = fractions[i] * rows[i][label] + (1 - fractions[i]) * partner[label];
            }
        }
        return Nd4j.createFromArray(mixed);
    }
}
