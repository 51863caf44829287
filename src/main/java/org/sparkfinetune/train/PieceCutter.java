package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Cuts what a worker fitted out of its graph, chunk by chunk, and leaves the pieces here; nothing of them lies on the heap. The floats are checked on the way; one that is not finite is divergence.
 */
final class PieceCutter {
    private static final long EXPONENTS = 0x7f800000_7f800000L;
    private static final long LOWEST_BITS = 0x00800000_00800000L;
    private static final long SIGNS = 0x80000000_80000000L;

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
        SliceFit end = fit;
        for (int chunk = 0; chunk < layout.chunks() && end.done(); chunk++) {
            List<ByteBuffer> parts = new ArrayList<>();
            layout.forEach(
                    chunk,
                    (inParameters, from, at, floats) -> parts.add(
                            NativeFloats.bytes(inParameters ? graph.params() : graph.updaterState(), from, floats)));
            boolean plain = layout.statistics(chunk).isEmpty();
            for (ByteBuffer part : parts) {
                end = end.done() ? check(part.order(ByteOrder.LITTLE_ENDIAN), plain, fit) : end;
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

    private static SliceFit check(ByteBuffer floats, boolean plain, SliceFit fit) {
        if (plain && finite(floats)) {
            return fit;
        }
        for (int at = 0; at < floats.limit(); at += FlatVector.BYTES) {
            float value = floats.getFloat(at);
            // The logarithm of a dead channel's standard deviation becomes minus infinity, and rightly so.
            if (!Float.isFinite(value) && (plain || value != Float.NEGATIVE_INFINITY)) {
                return fit.diverged(value);
            }
        }
        return fit;
    }

    /** Adds to the exponents of two floats at a time, which carries into the sign if all their bits are set. */
    private static boolean finite(ByteBuffer floats) {
        long carried = 0;
        int at = 0;
        for (; at <= floats.limit() - Long.BYTES; at += Long.BYTES) {
            carried |= (floats.getLong(at) & EXPONENTS) + LOWEST_BITS;
        }
        return (carried & SIGNS) == 0 && (at == floats.limit() || Float.isFinite(floats.getFloat(at)));
    }
}
