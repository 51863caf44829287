package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Nd4jKernelsTest {
    @ParameterizedTest
    @CsvSource({
        "3, 0, false", // Kepler before the K80
        "3, 5, false",
        "3, 7, true",
        "5, 0, true", // Maxwell
        "5, 2, true",
        "6, 0, true", // Pascal
        "6, 1, true",
        "7, 0, true", // Volta
        "7, 5, true", // Turing
        "8, 0, true", // Ampere
        "8, 6, true",
        "8, 9, true", // Ada, by compatibility
        "9, 0, false", // Hopper
        "10, 0, false", // Blackwell
        "12, 0, false"
    })
    void machineCodeRunsOnItsOwnMajorVersion(int major, int minor, boolean runs) {
        assertThat(Nd4jKernels.haveCodeFor(new ComputeCapability(major, minor))).isEqualTo(runs);
    }

    @Test
    void aDeviceThatIsMissingIsTold() {
        assertThat(problem(new Fixed(Optional.of("libcuda.so.1: cannot open shared object file"), List.of()), 0))
                .isEqualTo("GPU 0: Deeplearning4j cannot use it: libcuda.so.1: cannot open shared object file;"
                        + " see docs/gpus.md for what a machine needs");
        assertThat(problem(new Fixed(Optional.empty(), List.of(ampere(0))), 1))
                .isEqualTo("GPU 1: the process sees 1 GPU, numbered from 0; CUDA_VISIBLE_DEVICES may hide it");
    }

    @Test
    void aDeviceThatRunsIsNoProblem() {
        assertThat(Nd4jKernels.problem(new Fixed(Optional.empty(), List.of(ampere(0), ampere(1))), 1))
                .isEmpty();
    }

    private static String problem(Devices devices, int ordinal) {
        return Nd4jKernels.problem(devices, ordinal).orElseThrow().toString();
    }

    private static Device ampere(int ordinal) {
        return new Device(ordinal, "NVIDIA A10", new ComputeCapability(8, 6));
    }

    private record Fixed(Optional<String> missing, List<Device> visible) implements Devices {
        @Override
        public void bind(int ordinal) {
            throw new UnsupportedOperationException();
        }
    }
}
