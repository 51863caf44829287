package org.sparkfinetune.cluster;

/**
 * A GPU that this JVM sees.
 *
 * @param ordinal CUDA's number of the device in this process, 0-based
 * @param name such as {@code NVIDIA A100-SXM4-40GB}
 */
public record Device(int ordinal, String name, ComputeCapability capability) {
    @Override
    public String toString() {
        return "GPU " + ordinal + " (" + name + ", compute capability " + capability + ")";
    }
}
