package org.sparkfinetune.cluster;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** ND4J's devices; asking for them starts ND4J on CUDA. */
public final class Nd4jDevices implements Devices {
    @Override
    public Optional<String> missing() {
        GpuBackend.request();
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
        return "CUDA".equals(backend) ? Optional.empty() : Optional.of(GpuBackend.failure());
    }

    @Override
    public List<Device> visible() {
        if (missing().isPresent()) {
            return List.of();
        }
        NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
        return IntStream.range(0, natives.getAvailableDevices())
                .mapToObj(ordinal -> new Device(
                        ordinal,
                        natives.getDeviceName(ordinal),
                        new ComputeCapability(natives.getDeviceMajor(ordinal), natives.getDeviceMinor(ordinal))))
                .toList();
    }

    /**
     * Removes the workspaces of a thread that used another device: they are memory of that device, and DL4J would
     * continue to use them. ND4J's native code assigns a thread without a device to any device at its first call.
     */
    @Override
    public void bind(int ordinal) {
        if (Nd4j.getAffinityManager().getDeviceForCurrentThread() != ordinal) {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            Nd4j.getAffinityManager().unsafeSetDevice(ordinal);
        }
    }
}
