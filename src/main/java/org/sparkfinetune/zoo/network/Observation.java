package org.sparkfinetune.zoo.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * The output of a network for {@link TestPicture}: enough to check weights, layers and preprocessing. The golden
 * observations are {@code model-zoo/golden/NAME.json}.
 *
 * @param topClasses indices of the five most probable classes, most probable first
 * @param topProbabilities probabilities of these classes
 * @param embedding first eight floats of the embedding
 */
public record Observation(List<Integer> topClasses, List<Double> topProbabilities, List<Double> embedding) {
    private static final int TOP = 5;
    private static final int FLOATS = 8;
    /**
     * Machines differ by a few units in the last place; a wrong stride, mean or epsilon makes differences of tenths.
     */
    private static final double RELATIVE = 1e-3;

    private static final double ABSOLUTE = 1e-5;

    public Observation {
        topClasses = List.copyOf(topClasses);
        topProbabilities = List.copyOf(topProbabilities);
        embedding = List.copyOf(embedding);
    }

    /** Runs the test picture through the network, and through the part below the embedding. */
    public static Observation of(ModelCard card, ComputationGraph network) {
        INDArray picture = TestPicture.tensor(card.input());
        float[] probabilities = network.outputSingle(picture).toFloatVector();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            order.add(i);
        }
        order.sort((a, b) -> Float.compare(probabilities[b], probabilities[a]));
        List<Integer> top = order.subList(0, Math.min(TOP, order.size()));
        INDArray embedding = NetworkCut.upTo(network, card.embedding().layer()).outputSingle(picture);
        float[] floats = embedding.dup('c').ravel().toFloatVector();
        List<Double> first = new ArrayList<>();
        for (int i = 0; i < Math.min(FLOATS, floats.length); i++) {
            first.add((double) floats[i]);
        }
        return new Observation(
                top, top.stream().map(index -> (double) probabilities[index]).toList(), first);
    }

    /** Returns the stored observation of a card, empty when there is none yet. */
    public static Optional<Observation> golden(String card) {
        try (InputStream stream = Observation.class.getResourceAsStream("/model-zoo/golden/" + card + ".json")) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(Json.parse(new String(stream.readAllBytes(), UTF_8), Observation.class));
        } catch (IOException e) {
            throw new UncheckedIOException("the golden outputs of " + card + " in the jar are damaged", e);
        }
    }

    /** Returns the differences of another observation, one line each; empty when it is equal within 0.1 %. */
    public List<String> differences(Observation other) {
        List<String> differences = new ArrayList<>();
        if (!topClasses.equals(other.topClasses)) {
            differences.add("the top classes are " + other.topClasses + ", expected " + topClasses);
        }
        compare("top probability", topProbabilities, other.topProbabilities, differences);
        compare("embedding value", embedding, other.embedding, differences);
        return differences;
    }

    private static void compare(String what, List<Double> expected, List<Double> found, List<String> differences) {
        if (expected.size() != found.size()) {
            differences.add("there are " + found.size() + " of " + what + ", expected " + expected.size());
            return;
        }
        for (int i = 0; i < expected.size(); i++) {
            double allowed = ABSOLUTE + RELATIVE * Math.abs(expected.get(i));
            if (!(Math.abs(expected.get(i) - found.get(i)) <= allowed)) {
                differences.add(String.format(
                        Locale.ROOT, "%s %d is %.6g, expected %.6g", what, i, found.get(i), expected.get(i)));
            }
        }
    }

    /** Returns the text of a golden file. */
    String toJson() {
        return Json.pretty(this) + "\n";
    }
}
