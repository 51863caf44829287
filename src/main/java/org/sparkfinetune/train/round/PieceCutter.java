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
import org.sparkfinetune.train.blocks.BlockWriter;

/**
 * Cuts what a worker fitted out of its graph, chunk by chunk, and leaves the pieces where it is. A float that is not finite is
 * divergence.
 */
final class PieceCutter {
    private final RoundBlocks blocks;
    private final ComputationGraph graph;
    private long bytes;

    PieceCutter(RoundBlocks blocks, ComputationGraph graph) {
        this.blocks = blocks;
        this.graph = graph;
    }

    /** @return {@code fit}, or how it diverged */
    SliceFit cut(int worker, SliceFit fit, BlockWriter writer) {
        VectorLayout layout = blocks.layout();
        // Whatever is not finite makes the sum not finite; a sum may be infinite without, and then each float is looked
        // at.
        boolean finite = finite(graph.params()) && finite(graph.updaterState());
        SliceFit end = fit;
        for (int chunk = 0; chunk < layout.chunks() && end.done(); chunk++) {
            List<ByteBuffer> parts = new ArrayList<>();
            layout.forEach(
                    chunk,
                    (inParameters, from, at, floats) -> parts.add(
                            NativeFloats.bytes(inParameters ? graph.params() : graph.updaterState(), from, floats)));
            boolean plain = layout.statistics(chunk).isEmpty();
            for (ByteBuffer part : parts) {
                end = finite || !end.done() ? end : check(part.order(ByteOrder.LITTLE_ENDIAN), plain, fit);
            }
            writer.put(blocks.pieceNumber(worker, chunk), layout.offset(chunk), parts);
            bytes += (long) layout.floats(chunk) * FlatVector.BYTES;
        }
        return end;
    }

    /** Of all pieces. */
    long bytes() {
        return bytes;
    }

    private static boolean finite(INDArray array) {
        return array == null || Float.isFinite(array.sumNumber().floatValue());
    }

    private static SliceFit check(ByteBuffer floats, boolean plain, SliceFit fit) {
        for (int at = 0; at < floats.limit(); at += FlatVector.BYTES) {
            float value = floats.getFloat(at);
            // The logarithm of a dead channel's standard deviation becomes minus infinity, and rightly so.
            if (!Float.isFinite(value) && (plain || value != Float.NEGATIVE_INFINITY)) {
                return fit.diverged(value);
            }
        }
        return fit;
    }
}
