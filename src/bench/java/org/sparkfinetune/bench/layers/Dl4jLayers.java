package org.sparkfinetune.bench.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's own layers, in workspaces as {@code fit} uses them.
 *
 * @param oneDnn whether they call oneDNN where they can; as they come, they do not
 */
record Dl4jLayers(boolean oneDnn) implements LayerEngine {
    private static final WorkspaceConfiguration REUSED = WorkspaceConfiguration.builder()
            .policyAllocation(AllocationPolicy.OVERALLOCATE)
            .overallocationLimit(0.1)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policyReset(ResetPolicy.BLOCK_LEFT)
            .policySpill(SpillPolicy.REALLOCATE)
            .build();

    @Override
    public Running start(LayerKind kind, int batch) {
        System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, Boolean.toString(!oneDnn));
        ComputationGraph graph = new ComputationGraph(kind.configuration());
        graph.init();
        graph.initGradientsView();
        GraphVertex vertex = graph.getVertex(LayerKind.VERTEX);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.builder()
                .defaultWorkspace("FORWARD", REUSED)
                .with(ArrayType.ACTIVATION_GRAD, "BACKWARD", REUSED)
                .with(ArrayType.BP_WORKING_MEM, "BACKWARD", REUSED)
                .build();
        INDArray[] inputs = kind.inputs(batch);
        for (int i = 0; i < inputs.length; i++) {
            vertex.setInput(i, inputs[i], workspaces);
        }
        return new Vertex(vertex, workspaces, kind.outputGradient(batch));
    }

    /** A vertex of a graph. */
    private static final class Vertex implements Running {
        private final GraphVertex vertex;
        private final LayerWorkspaceMgr workspaces;
        private final INDArray outputGradient;
        /** Open until the next pass, because the way back may read what the way forward has put there. */
        private MemoryWorkspace forward;

        Vertex(GraphVertex vertex, LayerWorkspaceMgr workspaces, INDArray outputGradient) {
            this.vertex = vertex;
            this.workspaces = workspaces;
            this.outputGradient = outputGradient;
        }

        @Override
        public void forward(Consumer<INDArray> look) {
            close();
            forward = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS);
            look.accept(vertex.doForward(true, workspaces));
        }

        @Override
        public void backward(Consumer<List<INDArray>> look) {
            vertex.setEpsilon(outputGradient);
            try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.ACTIVATION_GRAD)) {
                Pair<Gradient, INDArray[]> gradients = vertex.doBackward(false, workspaces);
                List<INDArray> all = new ArrayList<>(List.of(gradients.getSecond()));
                if (gradients.getFirst() != null) {
                    all.addAll(new TreeMap<>(gradients.getFirst().gradientForVariable()).values());
                }
                look.accept(all);
            }
        }

        @Override
        public void close() {
            if (forward != null) {
                forward.close();
                forward = null;
            }
        }
    }
}
