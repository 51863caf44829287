package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.Pointer;

/**
 * Places the tensors of a program in one block of memory. Two tensors share bytes when the last use of one precedes the
 * first use of the other. Greedy, the largest first (Pisarchyk and Lee, 2020, "Efficient Memory Management for Deep
 * Neural Net Inference").
 */
final class BufferPlan {
    /** A cache line, as the AVX-512 kernels require. */
    private static final long ALIGNMENT = 64;

    private final Map<Tensor, Long> offsets = new HashMap<>();
    private final long bytes;

    BufferPlan(List<Tensor> tensors) {
        List<Tensor> placed = new ArrayList<>();
        long end = 0;
        for (Tensor tensor : tensors.stream()
                .filter(Tensor::used)
                .sorted(Comparator.comparingLong(Tensor::bytes).reversed())
                .toList()) {
            long offset = firstGap(tensor, placed);
            offsets.put(tensor, offset);
            placed.add(tensor);
            end = Math.max(end, offset + aligned(tensor.bytes()));
        }
        bytes = end;
    }

    /** Size of the whole block. */
    long bytes() {
        return bytes;
    }

    /** Moves the tensors to their places. */
    void place(Function<Long, Pointer> atOffset) {
        offsets.forEach((tensor, offset) -> tensor.moveTo(atOffset.apply(offset)));
    }

    private long firstGap(Tensor tensor, List<Tensor> placed) {
        long needed = aligned(tensor.bytes());
        long candidate = 0;
        for (Tensor other : placed.stream()
                .filter(tensor::overlaps)
                .sorted(Comparator.comparing(offsets::get))
                .toList()) {
            long start = offsets.get(other);
            if (candidate + needed <= start) {
                break;
            }
            candidate = Math.max(candidate, start + aligned(other.bytes()));
        }
        return candidate;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
