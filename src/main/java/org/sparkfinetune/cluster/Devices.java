package org.sparkfinetune.cluster;

import java.util.List;
import java.util.Optional;

/** The GPUs of this JVM as Deeplearning4j uses them. Asking is a decision: what answers may load ND4J on CUDA. */
public interface Devices {
    /** Why ND4J cannot use a GPU here, in words; empty when it can. */
    Optional<String> missing();

    /** All that this process sees, in the order of CUDA; empty when {@link #missing()} says something. */
    List<Device> visible();

    /** From now on the calling thread makes its arrays on one device, and runs them there. */
    void bind(int ordinal);
}
