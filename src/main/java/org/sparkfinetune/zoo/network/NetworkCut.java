package org.sparkfinetune.zoo.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.zoo.card.ModelCard;

/**
 * A network cut in two at a vertex. The trunk is this vertex and everything it depends on, and is frozen; the tail is
 * trained. network(x) equals tail(trunk(x)) bit by bit.
 *
 * <p>The boundary are the frozen vertices that the tail reads; inside a residual block there are two. They are the
 * inputs of the tail, under their own names, so every layer has the same name in the whole network and in the tail.
 *
 * <p>Not thread-safe, like {@link ComputationGraph}.
 */
public final class NetworkCut {
    private final ComputationGraph whole;
    private final Set<String> frozen;
    private final List<String> boundary;
    private ComputationGraph trunk;

    private NetworkCut(ComputationGraph whole, Set<String> frozen, List<String> boundary) {
        this.whole = whole;
        this.frozen = frozen;
        this.boundary = boundary;
    }

    /**
     * Cuts after a vertex. The whole network is neither copied nor changed.
     *
     * @param freezePoint any vertex that is not an output; check the choice of the user with
     *     {@link ModelCard#requireFreezePoint} first
     * @throws InvalidRequestException when the network has no such vertex, or nothing would be left to train
     */
    public static NetworkCut at(ComputationGraph whole, String freezePoint) {
        ComputationGraphConfiguration configuration = whole.getConfiguration();
        requireVertex(configuration, freezePoint);
        Set<String> frozen = withAncestors(configuration, freezePoint);
        if (configuration.getNetworkOutputs().stream().anyMatch(frozen::contains)) {
            throw new InvalidRequestException(
                    "freeze point",
                    "\"" + freezePoint + "\" freezes the output " + configuration.getNetworkOutputs()
                            + ", so nothing is left to train; choose a vertex below it");
        }
        return new NetworkCut(whole, frozen, boundary(configuration, frozen));
    }

    /**
     * Does not cut: nothing is frozen, the tail is the whole network. There is no trunk to run, see {@link #hasTrunk}.
     */
    public static NetworkCut nothingFrozen(ComputationGraph whole) {
        ComputationGraphConfiguration configuration = whole.getConfiguration();
        Set<String> frozen = new HashSet<>(configuration.getNetworkInputs());
        return new NetworkCut(whole, frozen, boundary(configuration, frozen));
    }

    /** Returns whether a layer is below the cut; otherwise the boundary are the inputs of the network. */
    public boolean hasTrunk() {
        return !computedBoundary().isEmpty();
    }

    /**
     * Returns the part of a network up to some vertices, as a network with copies of the parameters and these vertices
     * as outputs, in their order.
     *
     * @throws InvalidRequestException when the network has no such vertex
     */
    public static ComputationGraph upTo(ComputationGraph whole, String... vertices) {
        ComputationGraphConfiguration configuration = whole.getConfiguration().clone();
        Set<String> needed = new HashSet<>();
        for (String vertex : vertices) {
            requireVertex(configuration, vertex);
            needed.addAll(withAncestors(configuration, vertex));
        }
        configuration.getVertices().keySet().retainAll(needed);
        configuration.getVertexInputs().keySet().retainAll(needed);
        configuration.setNetworkOutputs(new ArrayList<>(List.of(vertices)));
        return withParameters(whole, configuration);
    }

    private static void requireVertex(ComputationGraphConfiguration configuration, String vertex) {
        Set<String> vertices = configuration.getVertices().keySet();
        if (!vertices.contains(vertex)) {
            throw new InvalidRequestException(
                    "freeze point",
                    "the network has no vertex \"" + vertex + "\"" + Suggestion.didYouMean(vertex, vertices));
        }
    }

    /** Returns the vertex, everything it depends on, and the inputs of the network. */
    static Set<String> withAncestors(ComputationGraphConfiguration configuration, String vertex) {
        Set<String> found = new HashSet<>(configuration.getNetworkInputs());
        List<String> open = new ArrayList<>(List.of(vertex));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(configuration.getVertexInputs().get(next));
            }
        }
        return found;
    }

    private static List<String> boundary(ComputationGraphConfiguration configuration, Set<String> frozen) {
        Set<String> read = new LinkedHashSet<>();
        configuration.getVertexInputs().forEach((vertex, inputs) -> {
            if (!frozen.contains(vertex)) {
                inputs.stream().filter(frozen::contains).forEach(read::add);
            }
        });
        return List.copyOf(read);
    }

    /**
     * Returns the names of the vertices whose activations the tail reads, at least one, in the order of
     * {@link #trunkOutput}.
     */
    public List<String> boundary() {
        return boundary;
    }

    /**
     * Returns the shapes of the boundary for one example, without the batch dimension.
     *
     * @param inputs shapes of the inputs of the whole network
     * @return shape for each vertex of the boundary, for example [2048, 1, 1] at ResNet50's avgpool
     */
    public List<long[]> boundaryShapes(InputType... inputs) {
        Map<String, InputType> types =
                new HashMap<>(whole.getConfiguration().clone().getLayerActivationTypes(inputs));
        for (int i = 0; i < inputs.length; i++) {
            types.put(whole.getConfiguration().getNetworkInputs().get(i), inputs[i]);
        }
        return boundary.stream()
                .map(vertex -> types.get(vertex).getShape(false))
                .toList();
    }

    /**
     * Returns the trunk as a network with copies of the parameters; its outputs are the {@link #boundary} without
     * inputs of the network.
     *
     * <p>Asking the whole network for a vertex inside it, {@code output(List, ...)}, is not an alternative: when a
     * higher vertex reads it too, Deeplearning4j 1.0.0-M2.1 leaves a workspace open and fails in this call or the next.
     * Here a single boundary is the last vertex. With more than one, workspaces are off for the same reason.
     */
    public ComputationGraph trunk() {
        ComputationGraphConfiguration configuration = whole.getConfiguration().clone();
        configuration.getVertices().keySet().retainAll(frozen);
        configuration.getVertexInputs().keySet().retainAll(frozen);
        configuration.setNetworkOutputs(new ArrayList<>(computedBoundary()));
        if (boundary.size() > 1) {
            configuration.setInferenceWorkspaceMode(WorkspaceMode.NONE);
        }
        return withParameters(whole, configuration);
    }

    private List<String> computedBoundary() {
        List<String> inputs = whole.getConfiguration().getNetworkInputs();
        return boundary.stream().filter(name -> !inputs.contains(name)).toList();
    }

    /**
     * Runs the trunk only. The trunk is created at the first call.
     *
     * @param inputs inputs of the whole network, [n, channels, height, width] each
     * @return activations of the {@link #boundary}, detached from any workspace
     */
    public INDArray[] trunkOutput(INDArray... inputs) {
        if (trunk == null) {
            trunk = trunk();
        }
        List<String> networkInputs = whole.getConfiguration().getNetworkInputs();
        List<String> computed = computedBoundary();
        INDArray[] activations = trunk.output(inputs);
        return boundary.stream()
                .map(name -> networkInputs.contains(name)
                        ? inputs[networkInputs.indexOf(name)]
                        : activations[computed.indexOf(name)])
                .toArray(INDArray[]::new);
    }

    /**
     * Returns the tail as a network with copies of the parameters. Another JVM only needs its configuration and
     * parameters; see {@link TailNetwork} for its training.
     */
    public ComputationGraph tail() {
        ComputationGraphConfiguration configuration = whole.getConfiguration().clone();
        configuration.getVertices().keySet().removeAll(frozen);
        configuration.getVertexInputs().keySet().removeAll(frozen);
        configuration.setNetworkInputs(new ArrayList<>(boundary));
        return withParameters(whole, configuration);
    }

    /** Returns the number of parameters of the tail, with running statistics. */
    public long tailParameters() {
        return whole.getConfiguration().getVertices().keySet().stream()
                .filter(vertex -> !frozen.contains(vertex))
                .map(whole::getLayer)
                .filter(Objects::nonNull)
                .mapToLong(Layer::numParams)
                .sum();
    }

    private static ComputationGraph withParameters(
            ComputationGraph whole, ComputationGraphConfiguration configuration) {
        ComputationGraph part = new ComputationGraph(configuration);
        long count = configuration.getVertices().keySet().stream()
                .map(whole::getLayer)
                .filter(Objects::nonNull)
                .mapToLong(Layer::numParams)
                .sum();
        // A row of one dimension, which can be closed.
        // Zeros, to be overwritten; drawing random numbers would take longer than all the rest.
        part.init(count == 0 ? null : Nd4j.zeros(DataType.FLOAT, count), false);
        LayerParameters.copy(whole, part, name -> true);
        return part;
    }

    /**
     * Copies the parameters of a tail back into the network it was cut from, layer by layer by name.
     *
     * @throws IllegalArgumentException when the tail has a layer that the network does not have, or one of another
     *     size; the network is unchanged then
     */
    public static void joinInto(ComputationGraph whole, ComputationGraph tail) {
        for (Layer layer : tail.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            boolean known = whole.getConfiguration().getVertices().containsKey(name);
            if (!known || whole.getLayer(name).numParams() != layer.numParams()) {
                throw new IllegalArgumentException("the network has no layer \"" + name + "\" of " + layer.numParams()
                        + " parameters, so this tail was not cut from it");
            }
        }
        Set<String> tailLayers = tail.getConfiguration().getVertices().keySet();
        LayerParameters.copy(tail, whole, tailLayers::contains);
    }
}
