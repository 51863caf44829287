package org.sparkfinetune.onednn;

import org.bytedeco.dnnl.global.dnnl.prop_kind;

/** What a {@link Program} is for. */
enum Purpose {
    /** Forward and backward. */
    TRAINING(prop_kind.forward_training),
    /** Forward only: by running statistics, without dropout, and nothing is kept for the way back. */
    INFERENCE(prop_kind.forward_inference);

    private final prop_kind forward;

    Purpose(prop_kind forward) {
        this.forward = forward;
    }

    /** Of a primitive. */
    prop_kind forward() {
        return forward;
    }
}
