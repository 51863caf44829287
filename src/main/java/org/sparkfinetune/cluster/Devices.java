package org.sparkfinetune.cluster;

import java.util.List;
import java.util.Optional;

/** The GPUs that Deeplearning4j can use in this JVM. The calls have an effect: they may load ND4J on CUDA. */
public interface Devices {
    /** Returns the reason why ND4J cannot use a GPU here; empty when it can. */
    Optional<String> missing();

    /** Returns all devices visible to this process, in CUDA's order; empty when {@link #missing()} gives a reason. */
    List<Device> visible();

    /** Makes the calling thread create and run its arrays on one device from now on. */
    void bind(int ordinal);
}
