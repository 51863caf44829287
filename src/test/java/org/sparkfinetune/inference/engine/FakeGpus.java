package org.sparkfinetune.inference.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.sparkfinetune.cluster.ComputeCapability;
import org.sparkfinetune.cluster.Device;
import org.sparkfinetune.cluster.Devices;

/** Simulated GPUs that replace ND4J's until closed. They record which thread was bound to which. */
public final class FakeGpus implements Devices, AutoCloseable {
    private final List<Device> visible;
    private final Map<Thread, Integer> bound = new ConcurrentHashMap<>();
    private final Devices before;

    private FakeGpus(List<Device> visible) {
        this.visible = visible;
        this.before = TaskDevice.replace(this);
    }

    /** Four Ampere GPUs. */
    public static FakeGpus four() {
        return of("NVIDIA A100-SXM4-40GB", new ComputeCapability(8, 0));
    }

    /** Four equal GPUs. */
    public static FakeGpus of(String name, ComputeCapability capability) {
        return new FakeGpus(List.of(
                new Device(0, name, capability),
                new Device(1, name, capability),
                new Device(2, name, capability),
                new Device(3, name, capability)));
    }

    /** Does something as a task to which Spark assigned a GPU. */
    public <R> R inTask(int ordinal, Callable<R> work) {
        return TaskDevice.of(ordinal)
                .onDevice(() -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                    }
                })
                .get();
    }

    /** The GPU that the calling thread was last bound to, or null. */
    public Integer ofThisThread() {
        return bound.get(Thread.currentThread());
    }

    /** All GPUs that any thread was bound to. */
    public List<Integer> used() {
        return bound.values().stream().distinct().sorted().toList();
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public List<Device> visible() {
        return visible;
    }

    @Override
    public void bind(int ordinal) {
        bound.put(Thread.currentThread(), ordinal);
    }

    @Override
    public void close() {
        TaskDevice.replace(before);
    }
}
