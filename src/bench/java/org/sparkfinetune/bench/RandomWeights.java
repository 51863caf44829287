package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.zoo.card.Cards;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.WeightsSource;
import org.sparkfinetune.zoo.network.Networks;

/**
 * A network of the zoo in full size with random weights, as a file and a card: for models whose weights cannot be had.
 */
public final class RandomWeights {
    private static final long SEED = 7;

    private RandomWeights() {}

    /** @param arguments name of a card, folder for NAME.zip and NAME.yaml */
    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        ModelCard card = ModelZoo.card(name);
        ComputationGraph network = Networks.build(card, SEED);
        for (var layer : network.getLayers()) {
            INDArray weights = layer.paramTable().get("W");
            if (weights != null) {
                weights.assign(he(weights));
            }
        }
        Path zip = folder.resolve(name + ".zip");
        ModelSerializer.writeModel(network, zip.toFile(), false);
        ModelCard ours = Cards.withSources(card, Cards.pinnedPath(zip, WeightsSource.Format.DL4J_ZIP));
        // The card last: it says that the rest is whole.
        Files.writeString(folder.resolve(name + ".yaml"), YamlFile.write(ours));
    }

    /** Variance 2 / fan-in keeps the size of activations from layer to layer, where relu halves them. */
    private static INDArray he(INDArray weights) {
        long outputs = weights.rank() == 4 ? weights.size(0) : weights.size(1);
        double fanIn = (double) weights.length() / outputs;
        return Nd4j.randn(weights.shape()).muli(Math.sqrt(2 / fanIn));
    }
}
