package org.sparkfinetune.train;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.ndarray.INDArray;
import scala.Tuple2;

/**
 * What a worker sends: its pieces, cut out of the graph one at a time so that there is never a second copy of a large
 * model, then its report. The floats are checked on the way; one that is not finite is reported as divergence. The graph
 * is given back when the last piece is cut.
 */
final class OutgoingPieces implements Iterator<Tuple2<Integer, byte[]>> {
    private final int worker;
    private final VectorLayout layout;
    private final TailLease lease;
    private final long startedNanos;
    private final Duration fitting;
    private final int chunks;

    private SliceFit fit;
    private int nextChunk;
    private long bytesSent;
    private boolean reported;

    /**
     * @param fit how the graph came to hold what it holds; only {@link SliceFit.End#DONE} with examples is sent
     * @param startedNanos when the worker started, by {@link System#nanoTime()}
     * @param fittingNanos when it began to fit, which has just ended
     */
    OutgoingPieces(
            int worker, SliceFit fit, VectorLayout layout, TailLease lease, long startedNanos, long fittingNanos) {
        this.worker = worker;
        this.fit = fit;
        this.layout = layout;
        this.lease = lease;
        this.startedNanos = startedNanos;
        this.fitting = Duration.ofNanos(System.nanoTime() - fittingNanos);
        this.chunks = fit.done() && fit.examples() > 0 ? layout.chunks() : 0;
    }

    @Override
    public boolean hasNext() {
        return !reported;
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
        if (reported) {
            throw new NoSuchElementException("the report of worker " + worker + " was the last");
        }
        if (nextChunk < chunks) {
            return new Tuple2<>(nextChunk, cut(nextChunk++));
        }
        reported = true;
        lease.giveBack();
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        return new Tuple2<>(WorkerReport.KEY, new WorkerReport(worker, fit, bytesSent, fitting, took).toBytes());
    }

    private byte[] cut(int chunk) {
        Piece piece = Piece.allocate(worker, fit.examples(), layout.floats(chunk));
        int at = piece.floatsFrom();
        for (Range range : layout.ranges(chunk)) {
            boolean isState = range.from() >= layout.parameters();
            INDArray array =
                    isState ? lease.graph().updaterState() : lease.graph().params();
            long from = isState ? range.from() - layout.parameters() : range.from();
            NativeFloats.read(array, from, piece.bytes(), at, range.floats());
            at += range.floats() * FlatVector.BYTES;
        }
        check(piece, layout.statistics(chunk).isEmpty());
        bytesSent += piece.payloadBytes();
        return piece.bytes();
    }

    private void check(Piece piece, boolean plain) {
        for (int i = 0; i < piece.floats(); i++) {
            float value = piece.at(i);
            // The logarithm of a dead channel's standard deviation becomes minus infinity, and rightly so.
            if (!Float.isFinite(value) && (plain || value != Float.NEGATIVE_INFINITY)) {
                fit = fit.diverged(value);
                return;
            }
        }
    }
}
