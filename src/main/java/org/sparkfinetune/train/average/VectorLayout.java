package org.sparkfinetune.train.average;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.train.FlatVector;

/**
 * Division of the vector "parameters, then updater state" into chunks, which are sent and averaged one by one. All
 * chunks but the last have the same size. The running statistics of batch normalization, which are not averaged like
 * other floats, are in a separate chunk at the end. Every float is in exactly one chunk.
 */
public final class VectorLayout implements Serializable {
    private static final long serialVersionUID = 1L;

    /** In floats (256 KiB): requesting a smaller chunk takes longer than sending it. */
    private static final int SMALLEST_CHUNK = 1 << 16;
    /** Floats of all workers that an owner has in memory, 64 MiB; more only if there are very many workers. */
    private static final int AVERAGED_AT_ONCE = 1 << 24;

    private final long parameters;
    private final long updaterState;
    private final ArrayList<RunningStatistics> statistics;
    private final ArrayList<List<Range>> chunks = new ArrayList<>();
    private final long[] offsets;

    /**
     * Consecutive floats of the vector, either all parameters or all updater state.
     *
     * @param inParameters whether they are parameters
     * @param from index of the first float, in the parameters or in the updater state
     * @param floats number of floats, at least 1
     */
    public record Range(boolean inParameters, long from, int floats) implements Serializable {
        /** The one of two vectors that contains this range. */
        public <V> V in(V parameters, V updaterState) {
            return inParameters ? parameters : updaterState;
        }
    }

    /** @param chunkFloats floats per chunk, at least 1; does not affect the result of the training */
    VectorLayout(long parameters, long updaterState, List<RunningStatistics> statistics, int chunkFloats) {
        this.parameters = parameters;
        this.updaterState = updaterState;
        this.statistics = new ArrayList<>(statistics);
        List<Range> apart = new ArrayList<>();
        for (RunningStatistics layer : statistics) {
            apart.add(new Range(true, layer.meanFrom(), layer.channels()));
            apart.add(new Range(true, layer.varianceFrom(), layer.channels()));
        }
        long from = 0;
        for (Range hole : apart) {
            append(true, from, hole.from(), chunkFloats);
            from = hole.from() + hole.floats();
        }
        append(true, from, parameters, chunkFloats);
        append(false, 0, updaterState, chunkFloats);
        if (!apart.isEmpty()) {
            chunks.add(new ArrayList<>(apart));
        }
        offsets = new long[chunks.size()];
        for (int chunk = 1; chunk < offsets.length; chunk++) {
            offsets[chunk] = offsets[chunk - 1] + (long) floats(chunk - 1) * FlatVector.BYTES;
        }
    }

    /**
     * The layout for a graph.
     *
     * @param workers workers of a round, at least 1; each has at least one chunk to average, unless chunks become too
     *     small
     */
    public static VectorLayout of(ComputationGraph graph, int workers) {
        long parameters = graph.params().length();
        INDArray state = graph.updaterState();
        long updaterState = state == null ? 0 : state.length();
        return new VectorLayout(
                parameters, updaterState, statistics(graph), chunkFloats(parameters + updaterState, workers));
    }

    static int chunkFloats(long total, int workers) {
        long fraction = (total + workers - 1) / workers;
        long most = Math.min(FlatVector.BLOCK_FLOATS, AVERAGED_AT_ONCE / workers);
        return (int) Math.max(SMALLEST_CHUNK, Math.min(most, fraction));
    }

    private static List<RunningStatistics> statistics(ComputationGraph graph) {
        List<RunningStatistics> found = new ArrayList<>();
        long offset = 0;
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = graph.getVertices()[index];
            Map<String, INDArray> table = vertex.paramTable(false);
            if (table == null) {
                continue;
            }
            long meanFrom = -1;
            // A frozen layer is wrapped in another class; its statistics never change.
            boolean normalizes = vertex.hasLayer() && vertex.getLayer() instanceof BatchNormalization;
            for (Map.Entry<String, INDArray> parameter : table.entrySet()) {
                int length = (int) parameter.getValue().length();
                String name = parameter.getKey();
                boolean logarithmic = name.equals(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
                if (normalizes && name.equals(BatchNormalizationParamInitializer.GLOBAL_MEAN)) {
                    meanFrom = offset;
                } else if (normalizes && (logarithmic || name.equals(BatchNormalizationParamInitializer.GLOBAL_VAR))) {
                    found.add(new RunningStatistics(meanFrom, offset, length, logarithmic));
                }
                offset += length;
            }
        }
        return found;
    }

    private void append(boolean inParameters, long from, long to, int chunkFloats) {
        long at = from;
        while (at < to) {
            int room = chunks.isEmpty() ? 0 : chunkFloats - floats(chunks.size() - 1);
            if (room == 0) {
                chunks.add(new ArrayList<>());
                room = chunkFloats;
            }
            int floats = (int) Math.min(room, to - at);
            chunks.get(chunks.size() - 1).add(new Range(inParameters, at, floats));
            at += floats;
        }
    }

    /** Number of parameters. */
    public long parameters() {
        return parameters;
    }

    /** Number of floats of updater state. */
    public long updaterState() {
        return updaterState;
    }

    /** Bytes that a worker sends in a round: 4 for each parameter and each float of updater state. */
    public long bytes() {
        return FlatVector.BYTES * (parameters + updaterState);
    }

    /** Number of chunks. */
    public int chunks() {
        return chunks.size();
    }

    /** The ranges that a chunk consists of, in their order. */
    public List<Range> ranges(int chunk) {
        return chunks.get(chunk);
    }

    /** Bytes of all earlier chunks. */
    public long offset(int chunk) {
        return offsets[chunk];
    }

    /** Number of floats of a chunk. */
    public int floats(int chunk) {
        return chunks.get(chunk).stream().mapToInt(Range::floats).sum();
    }

    /** Number of parameters in a chunk; they come first, updater state follows. */
    int parameterFloats(int chunk) {
        return chunks.get(chunk).stream()
                .filter(Range::inParameters)
                .mapToInt(Range::floats)
                .sum();
    }

    /** Layers whose statistics are in a chunk: means, then variances of each; empty for all chunks but the last. */
    public List<RunningStatistics> statistics(int chunk) {
        return !statistics.isEmpty() && chunk == chunks.size() - 1 ? statistics : List.of();
    }
}
