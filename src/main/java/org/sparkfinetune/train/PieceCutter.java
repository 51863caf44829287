package org.sparkfinetune.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Cuts what a worker fitted out of its graph, chunk by chunk, and leaves the pieces here; nothing of them lies on the heap. The floats are checked on the way; one that is not finite is divergence.
 */
final class PieceCutter {
    private static final int EXPONENT = 0x7f800000;
    private static final int LOWEST_BIT = 0x00800000;
    /** Floats that are checked at a time. */
    private static final int TILE = 1 << 14;

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

    private static boolean finite(ByteBuffer bytes) {
        IntBuffer floats = bytes.asIntBuffer();
        int[] tile = new int[TILE];
        int carried = 0;
        while (floats.hasRemaining()) {
            int count = Math.min(TILE, floats.remaining());
            floats.get(tile, 0, count);
            carried |= carried(tile, count);
        }
        return carried >= 0;
    }

    /** Adds to the exponents, which carries into the sign of a float whose exponent has all its bits set. */
    private static int carried(int[] floats, int count) {
        int carried = 0;
        for (int i = 0; i < count; i++) {
            carried |= (floats[i] & EXPONENT) + LOWEST_BIT;
        }
        return carried;
    }
}
