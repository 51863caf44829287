package org.sparkfinetune.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the vector "parameters, then updater state" is cut into chunks that travel and are averaged one by one. All chunks
 * are of one size but the last; running statistics of batch normalisation, which are not plainly averaged, are left out
 * of them and make one chunk of their own at the end. Every float is in exactly one chunk.
 */
final class VectorLayout implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int SMALLEST_CHUNK = 1 << 18;
    /** Below Spark's 200 (spark.shuffle.sort.bypassMergeThreshold), so that chunks are written without sorting. */
    private static final int MOST_CHUNKS = 128;

    private final long parameters;
    private final long updaterState;
    private final ArrayList<RunningStatistics> statistics;
    private final ArrayList<List<Range>> chunks = new ArrayList<>();

    VectorLayout(long parameters, long updaterState, List<RunningStatistics> statistics) {
        this(parameters, updaterState, statistics, chunkFloats(parameters + updaterState));
    }

    /** With a chunk size of choice, which changes nothing of the result. */
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
    }

    static VectorLayout of(ComputationGraph graph) {
        INDArray state = graph.updaterState();
        return new VectorLayout(graph.params().length(), state == null ? 0 : state.length(), statistics(graph));
    }

    /** Floats of the largest chunk: 1 MiB, or more where that would make too many. */
    private static int chunkFloats(long total) {
        return (int) Math.max(SMALLEST_CHUNK, (total + MOST_CHUNKS - 1) / MOST_CHUNKS);
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

    long parameters() {
        return parameters;
    }

    long updaterState() {
        return updaterState;
    }

    /** What a worker sends in a round: 4 bytes for each parameter and each float of updater state. */
    long bytes() {
        return FlatVector.BYTES * (parameters + updaterState);
    }

    int chunks() {
        return chunks.size();
    }

    /** The parts of the vector that a chunk is made of, none of them on both sides of the end of the parameters. */
    List<Range> ranges(int chunk) {
        return chunks.get(chunk);
    }

    int floats(int chunk) {
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
    List<RunningStatistics> statistics(int chunk) {
        return !statistics.isEmpty() && chunk == chunks.size() - 1 ? statistics : List.of();
    }
}
