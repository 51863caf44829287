package org.sparkfinetune.inference.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.sparkfinetune.cluster.ComputeCapability;
import org.sparkfinetune.cluster.Device;
import org.sparkfinetune.cluster.Devices;

/** GPUs that this machine has not, in the place of ND4J's until they are closed. They remember which thread was bound to which. */
public final class FakeGpus implements Devices, AutoCloseable {
    private final List<Device> visible;
    private final Map<Thread, Integer> bound = new ConcurrentHashMap<>();
    private final Devices before;

    private FakeGpus(List<Device> visible) {
        this.visible = visible;
        this.before = TaskDevice.replace(this);
    }

    /** Four of Ampere. */
    public static FakeGpus four() {
        return of("NVIDIA A100-SXM4-40GB", new ComputeCapability(8, 0));
    }

    /** Four of a kind. */
    public static FakeGpus of(String name, ComputeCapability capability) {
        return new FakeGpus(List.of(
                new Device(0, name, capability),
                new Device(1, name, capability),
                new Device(2, name, capability),
                new Device(3, name, capability)));
    }

    /** Does something as a task to which Spark gave a GPU. */
    public <R> R inTask(int ordinal, Callable<R> work) {
        return TaskDevice.of(ordinal)
                .lentTo(() -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
                    }
                })
                .get();
    }

    /** The one that the calling thread was bound to last, or null. */
    public Integer ofThisThread() {
        return bound.get(Thread.currentThread());
    }

    /** All that any thread was bound to. */
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
