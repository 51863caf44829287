package org.sparkfinetune.cluster;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Those of ND4J, which is started on CUDA when one is asked for. */
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
     * A thread that was on another device before leaves its workspaces there: they are memory of that device, which DL4J would go
     * on using. One that was on none was dealt to any device by ND4J's natives as soon as they were asked.
     */
    @Override
    public void bind(int ordinal) {
        if (Nd4j.getAffinityManager().getDeviceForCurrentThread() != ordinal) {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
            Nd4j.getAffinityManager().unsafeSetDevice(ordinal);
        }
    }
}
