package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** Float32 numbers with a layout of oneDNN. Where they lie is the {@link MemoryPlan}'s choice, or given from outside. */
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

    /** Lies nowhere until {@link #moveTo}. */
    static Tensor unplaced(memory.desc layout) {
        return new Tensor(layout, null);
    }

    static Tensor at(Pointer place, memory.desc layout) {
        return new Tensor(layout, place);
    }

    /** Part of the same numbers, which lies where this tensor lies. */
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

    /** Says that a step reads or writes the tensor. */
    void usedIn(int step) {
        firstStep = Math.min(firstStep, step);
        lastStep = Math.max(lastStep, step);
    }

    /** Whether both hold numbers at the same time. */
    boolean meets(Tensor other) {
        return firstStep <= other.lastStep && other.firstStep <= lastStep;
    }

    boolean used() {
        return lastStep >= 0;
    }
}
