package org.sparkfinetune.cluster;

import java.util.List;
import java.util.Optional;
import org.sparkfinetune.check.Problem;

/**
 * The GPUs that Deeplearning4j has code for. nd4j-cuda-11.6 1.0.0-M2.1 contains machine code for the capabilities below
 * and no code that a driver could translate for newer ones (read from the fat binaries of libnd4jcuda.so). Machine code
 * runs on the same major version, from its own minor version on.
 */
public final class Nd4jKernels {
    private static final List<ComputeCapability> BUILT_FOR = List.of(
            new ComputeCapability(3, 7),
            new ComputeCapability(5, 0),
            new ComputeCapability(6, 0),
            new ComputeCapability(7, 0),
            new ComputeCapability(8, 0));

    private Nd4jKernels() {}

    static boolean haveCodeFor(ComputeCapability device) {
        return BUILT_FOR.stream().anyMatch(built -> built.major() == device.major() && built.minor() <= device.minor());
    }

    /**
     * Checks whether Deeplearning4j can run on a device.
     *
     * @return the problem and its solution; empty when there is none
     */
    public static Optional<Problem> problem(Devices devices, int ordinal) {
        Optional<String> missing = devices.missing();
        if (missing.isPresent()) {
            return Optional.of(new Problem(
                    "GPU " + ordinal,
                    "Deeplearning4j cannot use it: " + missing.get() + "; see docs/gpus.md for what a machine needs"));
        }
        List<Device> visible = devices.visible();
        if (ordinal >= visible.size()) {
            return Optional.of(new Problem(
                    "GPU " + ordinal,
                    "the process sees " + visible.size() + (visible.size() == 1 ? " GPU" : " GPUs")
                            + ", numbered from 0; CUDA_VISIBLE_DEVICES may hide it"));
        }
        Device device = visible.get(ordinal);
        return haveCodeFor(device.capability())
                ? Optional.empty()
                : Optional.of(new Problem(
                        device.toString(),
                        "nd4j-cuda-11.6 has no code for it, only for 3.7 and 5.0 to 8.9;"
                                + " executors run extract, predict and evaluate on it with"
                                + " `inference.engine: onnx`, from 6.0 on;"
                                + " train on executors without GPUs (a cpu profile) or with Volta,"
                                + " Turing, Ampere or Ada GPUs"));
    }
}
