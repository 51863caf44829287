package org.sparkfinetune.onednn;

import org.bytedeco.dnnl.global.dnnl.prop_kind;

/** The purpose of a {@link Program}. */
enum Purpose {
    /** Forward and backward. */
    TRAINING(prop_kind.forward_training),
    /** Forward only: with running statistics, without dropout, and nothing is kept for a backward pass. */
    INFERENCE(prop_kind.forward_inference);

    private final prop_kind forward;

    Purpose(prop_kind forward) {
        this.forward = forward;
    }

    /** The propagation kind of a oneDNN primitive. */
    prop_kind forward() {
        return forward;
    }
}
