package org.sparkfinetune.zoo.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/**
 * Writes {@code model-zoo/golden/NAME.json} for the cards that are named as arguments, from their real weights. Run it
 * when a card is added, and look at the probabilities before committing: whatever the network says today is what is
 * expected tomorrow.
 */
final class GoldenOutputs {
    private GoldenOutputs() {}

    public static void main(String[] names) throws IOException {
        Path folder = Files.createDirectories(Path.of("model-zoo/golden"));
        for (String name : names) {
            ModelCard card = ModelZoo.card(name);
            CachedWeights weights = WeightsCache.of(System.getenv()).fetch(card, System.err::println);
            ComputationGraph network = PretrainedNetwork.load(card, weights);
            Files.writeString(
                    folder.resolve(name + ".json"),
                    Observation.of(card, network).toJson());
        }
    }
}
