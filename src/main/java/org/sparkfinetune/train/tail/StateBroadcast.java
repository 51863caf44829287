package org.sparkfinetune.train.tail;

import java.util.ArrayList;
import java.util.Arrays;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.NativeFloats;
import org.sparkfinetune.train.TrainingState;

/**
 * A training state as the driver sends it: in parts, because Spark holds what it broadcasts several times over while it
 * sends and reads it. An executor puts each part into the graph's memory before it asks for the next, so that even the
 * largest model needs no more of its heap than a small one.
 */
public final class StateBroadcast implements SentState {
    private static final long serialVersionUID = 1L;

    /** Of a {@link FlatVector} in a part: nearly 64 MiB. */
    private static final int BLOCKS_PER_PART = 16;

    private final long parameters;
    private final ArrayList<Broadcast<byte[][]>> parameterParts;
    private final ArrayList<Broadcast<byte[][]>> updaterStateParts;

    /** Hands a state to Spark: what becomes of it afterwards changes nothing of what is sent. */
    public StateBroadcast(JavaSparkContext spark, TrainingState state) {
        this(spark, state, BLOCKS_PER_PART);
    }

    /** In parts of a size of choice. */
    public StateBroadcast(JavaSparkContext spark, TrainingState state, int blocksPerPart) {
        this.parameters = state.parameters().length();
        this.parameterParts = send(spark, state.parameters(), blocksPerPart);
        this.updaterStateParts = send(spark, state.updaterState(), blocksPerPart);
    }

    private static ArrayList<Broadcast<byte[][]>> send(JavaSparkContext spark, FlatVector vector, int blocksPerPart) {
        ArrayList<Broadcast<byte[][]>> parts = new ArrayList<>();
        byte[][] blocks = vector.blocks();
        for (int from = 0; from < blocks.length; from += blocksPerPart) {
            int to = Math.min(blocks.length, from + blocksPerPart);
            parts.add(spark.broadcast(Arrays.copyOfRange(blocks, from, to)));
        }
        return parts;
    }

    @Override
    public long parameters() {
        return parameters;
    }

    @Override
    public void applyTo(ComputationGraph graph) {
        write(parameterParts, graph.params());
        write(updaterStateParts, graph.updaterState());
    }

    private static void write(ArrayList<Broadcast<byte[][]>> parts, INDArray array) {
        long from = 0;
        for (Broadcast<byte[][]> part : parts) {
            for (byte[] block : part.value()) {
                NativeFloats.fill(array, from, block.length / FlatVector.BYTES, target -> target.put(block));
                from += block.length / FlatVector.BYTES;
            }
        }
    }

    @Override
    public void destroy() {
        parameterParts.forEach(Broadcast::destroy);
        updaterStateParts.forEach(Broadcast::destroy);
    }
}
