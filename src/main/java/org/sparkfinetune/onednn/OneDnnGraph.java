package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Deeplearning4j graph whose gradients and outputs are computed by one program of oneDNN calls instead of layer by
 * layer. Activations stay in oneDNN's layouts from one layer to the next, shared results are computed once, and memory
 * is planned and kept. Parameters, loss, output layer, updaters, constraints and everything else are Deeplearning4j's.
 * Graphs with unsupported layers, masks or listeners are run by Deeplearning4j as usual.
 *
 * <pre>
 * OneDnnGraph graph = new OneDnnGraph(configuration); // as a ComputationGraph
 * graph.init();
 * graph.fit(minibatch);
 * graph.obstacle().ifPresent(reason -> log.info("layer by layer: {}", reason));
 * </pre>
 *
 * <p>For one thread at a time, like its superclass.
 */
public final class OneDnnGraph extends ComputationGraph {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(OneDnnGraph.class);
    /** Enough programs for training and inference, for a full minibatch and the last ones of slices. */
    private static final int PROGRAMS = 6;

    private static final int ALIGNMENT = 64;
    private static final float LOAD_FACTOR = 0.75f;

    /** In order of use, most recent last. */
    private final transient Map<Kind, Program> programs = new LinkedHashMap<>(PROGRAMS, LOAD_FACTOR, true);

    private transient INDArray[] targets;
    private transient FlatParameters flat;
    private transient GraphCompiler compiler;
    private transient BytePointer memory;
    /** The reason why there are no programs; null before one was needed. */
    private transient Optional<String> obstacle;

    private transient Optional<String> reason = Optional.of("nothing was trained");
    private transient Map<ProfileEntry, Long> nanoseconds;

    /** @param shapes shapes of the inputs */
    private record Kind(Purpose purpose, List<List<Long>> shapes) {}

    public OneDnnGraph(ComputationGraphConfiguration configuration) {
        super(configuration);
    }

    @Override
    public void setLabels(INDArray... labels) {
        super.setLabels(labels);
        targets = labels;
    }

    @Override
    public void computeGradientAndScore() {
        boolean masked = getInputMaskArrays() != null || getLabelMaskArrays() != null;
        boolean watched = !getListeners().isEmpty();
        Optional<Program> program = masked || watched ? Optional.empty() : program(Purpose.TRAINING, getInputs());
        if (program.isPresent()) {
            reason = Optional.empty();
            train(program.get());
        } else {
            reason = Optional.of(masked ? "masks" : watched ? "listeners" : obstacle.orElseThrow());
            super.computeGradientAndScore();
        }
    }

    /**
     * All other {@code output} methods call this one, except those that leave inputs in the layers or ask for single
     * layers.
     */
    @Override
    public synchronized INDArray[] output(
            boolean train,
            INDArray[] input,
            INDArray[] inputMasks,
            INDArray[] labelMasks,
            MemoryWorkspace outputWorkspace) {
        boolean plain = !train && outputWorkspace == null && isAbsent(inputMasks) && isAbsent(labelMasks);
        Optional<Program> program =
                plain && getListeners().isEmpty() ? program(Purpose.INFERENCE, input) : Optional.empty();
        return program.isPresent()
                ? new INDArray[] {infer(program.get(), input)}
                : super.output(train, input, inputMasks, labelMasks, outputWorkspace);
    }

    private static boolean isAbsent(INDArray[] masks) {
        return masks == null || Arrays.stream(masks).allMatch(Objects::isNull);
    }

    /** Returns the reason why Deeplearning4j trained the last minibatch layer by layer; empty when a program did. */
    public Optional<String> obstacle() {
        return reason;
    }

    /** Starts to sum the time of each operation. */
    public void profile() {
        nanoseconds = Program.noTimes();
    }

    /**
     * An operation whose time is measured.
     *
     * @param vertex name of a vertex of the graph
     * @param operation name of the operation
     */
    public record ProfileEntry(String vertex, String operation) implements Comparable<ProfileEntry> {
        private static final Comparator<ProfileEntry> ORDER =
                Comparator.comparing(ProfileEntry::vertex).thenComparing(ProfileEntry::operation);

        @Override
        public int compareTo(ProfileEntry other) {
            return ORDER.compare(this, other);
        }
    }

    /** Returns nanoseconds since {@link #profile()}, by vertex and operation. */
    public Map<ProfileEntry, Long> nanoseconds() {
        return Map.copyOf(nanoseconds);
    }

    /** Returns the bytes of activations, their gradients and reordered weights, for the largest minibatch so far. */
    public long programBytes() {
        return programs.values().stream().mapToLong(Program::bytes).max().orElse(0);
    }

    /** Releases the memory of the programs; the graph can still be trained. */
    public void releasePrograms() {
        programs.values().forEach(Program::close);
        programs.clear();
        if (memory != null) {
            memory.deallocate();
            memory = null;
        }
    }

    private void train(Program program) {
        synchronizeIterEpochCounts();
        IOutputLayer layer = (IOutputLayer) outputVertex().getLayer();
        layer.setLabels(targets[0]);
        run(program);
        gradient = flat.gradient();
        layer.setMaskArray(null);
        score = layer.computeScore(calcRegularizationScore(true), true, LayerWorkspaceMgr.noWorkspaces());
        clearVertices();
    }

    private INDArray infer(Program program, INDArray[] input) {
        // The caller may keep the array.
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            setInputs(input);
            run(program);
            outputVertex().getLayer().setMaskArray(null);
            INDArray output = outputVertex().doForward(false, LayerWorkspaceMgr.noWorkspaces());
            clearVertices();
            return output;
        }
    }

    private void run(Program program) {
        INDArray[] features =
                Arrays.stream(getInputs()).map(OneDnnGraph::inOrder).toArray(INDArray[]::new);
        if (nanoseconds == null) {
            program.run(features);
        } else {
            program.run(features, nanoseconds);
        }
    }

    private GraphVertex outputVertex() {
        return getVertex(getConfiguration().getNetworkOutputs().get(0));
    }

    private void clearVertices() {
        for (GraphVertex vertex : vertices) {
            vertex.clear();
        }
    }

    private static INDArray inOrder(INDArray features) {
        INDArray floats = features.castTo(DataType.FLOAT);
        boolean plain = floats.ordering() == 'c' && floats.offset() == 0 && !floats.isView();
        return plain ? floats : floats.dup('c');
    }

    private Optional<Program> program(Purpose purpose, INDArray[] input) {
        if (obstacle != null && obstacle.isPresent()) {
            return Optional.empty();
        }
        List<List<Long>> shapes = new ArrayList<>();
        for (INDArray features : input) {
            shapes.add(Arrays.stream(features.shape()).boxed().toList());
        }
        Kind kind = new Kind(purpose, shapes);
        Program known = programs.get(kind);
        if (known != null) {
            return Optional.of(known);
        }
        // The arrays of a program must outlive the caller's workspace.
        try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            obstacle = OneDnn.fault();
            if (obstacle.isEmpty()) {
                return Optional.of(compiled(kind));
            }
        } catch (NotCompilable e) {
            obstacle = Optional.of(e.getMessage());
        }
        LOG.info("Deeplearning4j runs this network layer by layer: {}", obstacle.get());
        return Optional.empty();
    }

    private Program compiled(Kind kind) {
        if (flat == null) {
            flat = new FlatParameters(this);
            compiler = new GraphCompiler(this, flat);
        }
        Program program = compiler.compile(
                kind.purpose(),
                kind.shapes().stream()
                        .map(shape -> shape.stream().mapToLong(Long::longValue).toArray())
                        .toList());
        if (programs.size() == PROGRAMS) {
            Kind oldest = programs.keySet().iterator().next();
            programs.remove(oldest).close();
        }
        if (memory == null || memory.capacity() < program.bytes() + ALIGNMENT) {
            // All programs at once: they use the same memory, one after another.
            releasePrograms();
            memory = new BytePointer(program.bytes() + ALIGNMENT);
        }
        program.place(aligned());
        programs.put(kind, program);
        return program;
    }

    private BytePointer aligned() {
        long over = memory.address() % ALIGNMENT;
        return over == 0 ? memory : memory.getPointer(ALIGNMENT - over);
    }
}
