package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** Float32 numbers in a oneDNN layout. The {@link BufferPlan} chooses their place, or the caller gives it. */
final class Tensor {
    private final memory.desc layout;
    private final memory memory;
    private final long bytes;
    private final List<Tensor> views = new ArrayList<>();
    private int firstStep = Integer.MAX_VALUE;
    private int lastStep = -1;

    private Tensor(memory.desc layout, Pointer place) {
        this.layout = layout;
        this.memory = new memory(layout, OneDnn.engine(), place);
        this.bytes = layout.get_size();
    }

    /** Creates a tensor without a place until {@link #moveTo}. */
    static Tensor unplaced(memory.desc layout) {
        return new Tensor(layout, null);
    }

    static Tensor at(Pointer place, memory.desc layout) {
        return new Tensor(layout, place);
    }

    /** Returns a view of a part of the numbers, at the same place. */
    Tensor view(memory.desc part) {
        Tensor view = new Tensor(part, memory.get_data_handle());
        views.add(view);
        return view;
    }

    memory.desc layout() {
        return layout;
    }

    memory memory() {
        return memory;
    }

    long bytes() {
        return bytes;
    }

    void moveTo(Pointer place) {
        memory.set_data_handle(place);
        views.forEach(view -> view.moveTo(place));
    }

    /** Declares that a step reads or writes the tensor. */
    void usedIn(int step) {
        firstStep = Math.min(firstStep, step);
        lastStep = Math.max(lastStep, step);
    }

    /** Whether both tensors hold numbers at the same time. */
    boolean overlaps(Tensor other) {
        return firstStep <= other.lastStep && other.firstStep <= lastStep;
    }

    boolean used() {
        return lastStep >= 0;
    }
}
