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
 * A training state sent by the driver as several broadcasts, because Spark holds several copies of a broadcast while it
 * is sent and read. An executor copies each part into the graph's memory before it requests the next, so a large model
 * needs no more heap than a small one.
 */
public final class StateBroadcast implements SentState {
    private static final long serialVersionUID = 1L;

    /** Blocks of a {@link FlatVector} in one part: nearly 64 MiB. */
    private static final int BLOCKS_PER_PART = 16;

    private final long parameters;
    private final ArrayList<Broadcast<byte[][]>> parameterParts;
    private final ArrayList<Broadcast<byte[][]>> updaterStateParts;

    /** Sends a state; later changes of the state have no effect. */
    public StateBroadcast(JavaSparkContext spark, TrainingState state) {
        this(spark, state, BLOCKS_PER_PART);
    }

    StateBroadcast(JavaSparkContext spark, TrainingState state, int blocksPerPart) {
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
