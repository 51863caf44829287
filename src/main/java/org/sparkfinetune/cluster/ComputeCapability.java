package org.sparkfinetune.cluster;

/** The generation of a GPU in NVIDIA's numbering: 7.0 is Volta, 8.0 Ampere, 9.0 Hopper. */
public record ComputeCapability(int major, int minor) {
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
