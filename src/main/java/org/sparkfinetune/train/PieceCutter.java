package org.sparkfinetune.train;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Cuts what a worker fitted out of its graph, chunk by chunk, so that there is never a second copy of a large model on the
 * heap, and leaves the pieces here. The floats are checked on the way; one that is not finite is divergence.
 */
final class PieceCutter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EXPONENTS = 0x7f800000_7f800000L;
    private static final long LOWEST_BITS = 0x00800000_00800000L;
    private static final long SIGNS = 0x80000000_80000000L;

    private final VectorLayout layout;
    private final RoundBlocks blocks;
    private final ComputationGraph graph;
    private long bytes;

    PieceCutter(VectorLayout layout, RoundBlocks blocks, ComputationGraph graph) {
        this.layout = layout;
        this.blocks = blocks;
        this.graph = graph;
    }

    /** @return {@code fit}, or how it diverged */
    SliceFit cut(int worker, SliceFit fit) {
        SliceFit end = fit;
        for (int chunk = 0; chunk < layout.chunks() && end.done(); chunk++) {
            byte[] piece = new byte[layout.floats(chunk) * FlatVector.BYTES];
            layout.forEach(
                    chunk,
                    (inParameters, from, at, floats) -> NativeFloats.read(
                            inParameters ? graph.params() : graph.updaterState(), from, piece, at, floats));
            end = check(piece, layout.statistics(chunk).isEmpty(), fit);
            blocks.putPiece(worker, chunk, piece);
            bytes += piece.length;
        }
        return end;
    }

    /** Of all pieces. */
    long bytes() {
        return bytes;
    }

    private static SliceFit check(byte[] piece, boolean plain, SliceFit fit) {
        if (plain && finite(piece)) {
            return fit;
        }
        for (int i = 0; i < piece.length / FlatVector.BYTES; i++) {
            float value = FlatVector.at(piece, 0, i);
            // The logarithm of a dead channel's standard deviation becomes minus infinity, and rightly so.
            if (!Float.isFinite(value) && (plain || value != Float.NEGATIVE_INFINITY)) {
                return fit.diverged(value);
            }
        }
        return fit;
    }

    /** Adds to the exponents of two floats at a time, which carries into the sign if all their bits are set. */
    private static boolean finite(byte[] piece) {
        long carried = 0;
        int at = 0;
        for (; at <= piece.length - Long.BYTES; at += Long.BYTES) {
            carried |= ((long) LONG.get(piece, at) & EXPONENTS) + LOWEST_BITS;
        }
        return (carried & SIGNS) == 0 && (at == piece.length || Float.isFinite(FlatVector.at(piece, at, 0)));
    }
}
