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
 * How the vector "parameters, then updater state" is cut into chunks that travel and are averaged one by one. All chunks
 * are of one size but the last; running statistics of batch normalisation, which are not plainly averaged, are left out
 * of them and make one chunk of their own at the end. Every float is in exactly one chunk.
 */
public final class VectorLayout implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Floats, 256 KiB: below that it takes longer to ask for a chunk than to send it. */
    private static final int SMALLEST_CHUNK = 1 << 16;
    /** Floats that an owner has in memory of all workers, 64 MiB, unless they have too many. */
    private static final int AVERAGED_AT_ONCE = 1 << 24;

    private final long parameters;
    private final long updaterState;
    private final ArrayList<RunningStatistics> statistics;
    private final ArrayList<List<Range>> chunks = new ArrayList<>();
    private final long[] offsets;

    /** @param chunkFloats floats of a chunk, at least 1; changes nothing of the result */
    VectorLayout(long parameters, long updaterState, List<RunningStatistics> statistics, int chunkFloats) {
        this.parameters = parameters;
        this.updaterState = updaterState;
        this.statistics = new ArrayList<>(statistics);
        List<Range> apart = new ArrayList<>();
        for (RunningStatistics layer : statistics) {
            apart.add(new Range(layer.meanFrom(), layer.channels()));
            apart.add(new Range(layer.varianceFrom(), layer.channels()));
        }
        long from = 0;
        for (Range hole : apart) {
            append(from, hole.from(), chunkFloats);
            from = hole.from() + hole.floats();
        }
        append(from, parameters, chunkFloats);
        append(parameters, parameters + updaterState, chunkFloats);
        if (!apart.isEmpty()) {
            chunks.add(new ArrayList<>(apart));
        }
        offsets = new long[chunks.size()];
        for (int chunk = 1; chunk < offsets.length; chunk++) {
            offsets[chunk] = offsets[chunk - 1] + (long) floats(chunk - 1) * FlatVector.BYTES;
        }
    }

    /** @param workers of a round, at least 1: there is a chunk for each to average, if they are not too small */
    public static VectorLayout of(ComputationGraph graph, int workers) {
        long parameters = graph.params().length();
        INDArray state = graph.updaterState();
        long updaterState = state == null ? 0 : state.length();
        return new VectorLayout(
                parameters, updaterState, statistics(graph), chunkFloats(parameters + updaterState, workers));
    }

    static int chunkFloats(long total, int workers) {
        long share = (total + workers - 1) / workers;
        long most = Math.min(FlatVector.BLOCK_FLOATS, AVERAGED_AT_ONCE / workers);
        return (int) Math.max(SMALLEST_CHUNK, Math.min(most, share));
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
            // A frozen layer is wrapped in another class: its statistics never change and need no care.
            boolean normalises = vertex.hasLayer() && vertex.getLayer() instanceof BatchNormalization;
            for (Map.Entry<String, INDArray> parameter : table.entrySet()) {
                int length = (int) parameter.getValue().length();
                String name = parameter.getKey();
                boolean logarithmic = name.equals(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
                if (normalises && name.equals(BatchNormalizationParamInitializer.GLOBAL_MEAN)) {
                    meanFrom = offset;
                } else if (normalises && (logarithmic || name.equals(BatchNormalizationParamInitializer.GLOBAL_VAR))) {
                    found.add(new RunningStatistics(meanFrom, offset, length, logarithmic));
                }
                offset += length;
            }
        }
        return found;
    }

    private void append(long from, long to, int chunkFloats) {
        long at = from;
        while (at < to) {
            int room = chunks.isEmpty() ? 0 : chunkFloats - floats(chunks.size() - 1);
            if (room == 0) {
                chunks.add(new ArrayList<>());
                room = chunkFloats;
            }
            int floats = (int) Math.min(room, to - at);
            chunks.get(chunks.size() - 1).add(new Range(at, floats));
            at += floats;
        }
    }

    public long parameters() {
        return parameters;
    }

    public long updaterState() {
        return updaterState;
    }

    /** What a worker sends in a round: 4 bytes for each parameter and each float of updater state. */
    public long bytes() {
        return FlatVector.BYTES * (parameters + updaterState);
    }

    public int chunks() {
        return chunks.size();
    }

    /** The parts of the vector that a chunk is made of, none of them on both sides of the end of the parameters. */
    List<Range> ranges(int chunk) {
        return chunks.get(chunk);
    }

    /** Looks at a part of a chunk. */
    public interface Part {
        /**
         * @param inParameters or in the updater state
         * @param from first float there
         * @param atByte where the part begins in the bytes of the chunk
         * @param floats how many
         */
        void see(boolean inParameters, long from, int atByte, int floats);
    }

    /** Shows the parts of a chunk in their order. */
    public void forEach(int chunk, Part part) {
        int at = 0;
        for (Range range : ranges(chunk)) {
            boolean inParameters = range.from() < parameters;
            part.see(inParameters, inParameters ? range.from() : range.from() - parameters, at, range.floats());
            at += range.floats() * FlatVector.BYTES;
        }
    }

    /** Bytes of the chunks before. */
    public long offset(int chunk) {
        return offsets[chunk];
    }

    public int floats(int chunk) {
        return chunks.get(chunk).stream().mapToInt(Range::floats).sum();
    }

    /** How many of a chunk's floats, the first ones, are parameters; the others are updater state. */
    int parameterFloats(int chunk) {
        return chunks.get(chunk).stream()
                .filter(range -> range.from() < parameters)
                .mapToInt(Range::floats)
                .sum();
    }

    /** The layers whose statistics a chunk holds, each as its means, then its variances; empty for a plain chunk. */
    public List<RunningStatistics> statistics(int chunk) {
        return !statistics.isEmpty() && chunk == chunks.size() - 1 ? statistics : List.of();
    }
}
