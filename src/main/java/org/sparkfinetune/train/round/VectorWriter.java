package org.sparkfinetune.train.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.NativeFloats;
import org.sparkfinetune.train.SliceFit;
import org.sparkfinetune.train.average.RoundBlocks;
import org.sparkfinetune.train.average.VectorLayout;
import org.sparkfinetune.train.average.VectorLayout.Range;
import org.sparkfinetune.train.blocks.BlockWriter;

/**
 * Writes the vector of a worker, which is in the memory of its graph, to blocks, chunk by chunk. A float that is not
 * finite counts as divergence.
 */
final class VectorWriter {
    private final RoundBlocks blocks;
    private final ComputationGraph graph;
    private long bytes;

    VectorWriter(RoundBlocks blocks, ComputationGraph graph) {
        this.blocks = blocks;
        this.graph = graph;
    }

    /** @return {@code fit}, or its divergence */
    SliceFit write(int worker, SliceFit fit, BlockWriter writer) {
        VectorLayout layout = blocks.layout();
        // A float that is not finite makes the sum not finite. A sum can also overflow by itself; then each float is
        // checked.
        boolean finite = finite(graph.params()) && finite(graph.updaterState());
        SliceFit end = fit;
        for (int chunk = 0; chunk < layout.chunks() && end.done(); chunk++) {
            List<ByteBuffer> floats = new ArrayList<>();
            for (Range range : layout.ranges(chunk)) {
                INDArray array = range.in(graph.params(), graph.updaterState());
                floats.add(NativeFloats.bytes(array, range.from(), range.floats()));
            }
            boolean plain = layout.statistics(chunk).isEmpty();
            for (ByteBuffer range : floats) {
                end = finite || !end.done() ? end : check(range.order(ByteOrder.LITTLE_ENDIAN), plain, fit);
            }
            writer.put(blocks.partNumber(worker, chunk), layout.offset(chunk), floats);
            bytes += (long) layout.floats(chunk) * FlatVector.BYTES;
        }
        return end;
    }

    /** Bytes written so far. */
    long bytes() {
        return bytes;
    }

    private static boolean finite(INDArray array) {
        return array == null || Float.isFinite(array.sumNumber().floatValue());
    }

    private static SliceFit check(ByteBuffer floats, boolean plain, SliceFit fit) {
        for (int at = 0; at < floats.limit(); at += FlatVector.BYTES) {
            float value = floats.getFloat(at);
            // Minus infinity is valid as the logarithm of the standard deviation of a dead channel.
            if (!Float.isFinite(value) && (plain || value != Float.NEGATIVE_INFINITY)) {
                return fit.diverged(value);
            }
        }
        return fit;
    }
}
