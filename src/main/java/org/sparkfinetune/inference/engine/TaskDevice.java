package org.sparkfinetune.inference.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.cluster.Devices;
import org.sparkfinetune.cluster.Nd4jDevices;
import org.sparkfinetune.cluster.Nd4jKernels;
import org.sparkfinetune.cluster.VisibleDevices;

/**
 * The GPU that Spark assigned to a task. Without one, the task runs on the CPU, even on a machine with GPUs. When a
 * task has several, it uses the first. In local mode Spark assigns GPUs to the application and not to tasks: its tasks
 * use them in turn, by partition number.
 *
 * @param ordinal number of the CUDA device in this process; empty for the CPU
 */
public record TaskDevice(OptionalInt ordinal) {
    /** The CPU. */
    public static final TaskDevice NONE = new TaskDevice(OptionalInt.empty());

    /** Spark's name of the resource in profiles. */
    private static final String GPU = "gpu";
    /** Spark's executor id of the driver. */
    private static final String DRIVER = "driver";

    /** Device of a thread that works for a task but is not the task's own thread. */
    private static final ThreadLocal<TaskDevice> BORROWED = new ThreadLocal<>();

    private static volatile Devices devices = new Nd4jDevices();
    /** Devices that are visible since this JVM was restricted to its own; null before. */
    private static VisibleDevices narrowed;

    /** Returns a GPU. */
    static TaskDevice of(int ordinal) {
        return new TaskDevice(OptionalInt.of(ordinal));
    }

    /**
     * Returns the device of the calling thread.
     *
     * @throws InvalidRequestException when the executor has GPUs and the task was assigned none, or one that does not
     *     exist here
     */
    public static TaskDevice here() {
        TaskDevice borrowed = BORROWED.get();
        if (borrowed != null) {
            return borrowed;
        }
        SparkEnv spark = SparkEnv.get();
        if (spark == null) {
            return NONE;
        }
        TaskContext task = TaskContext.get();
        if (DRIVER.equals(spark.executorId())) {
            return inLocalMode(
                    new JavaSparkContext(SparkContext.getOrCreate()).resources(),
                    task == null ? 0 : task.partitionId(),
                    TaskDevice::only);
        }
        return ofTask(
                task == null ? Map.of() : task.resourcesJMap(),
                GpuProfile.amount(spark.conf(), GpuProfile.OF_EXECUTOR),
                TaskDevice::only);
    }

    /** Decided once per JVM, because its devices do not change. */
    private static synchronized VisibleDevices only(List<String> addresses) {
        if (narrowed == null) {
            narrowed = VisibleDevices.here().only(addresses);
        }
        return narrowed;
    }

    /** @param partition partition number of the task, 0 for the driver itself */
    static TaskDevice inLocalMode(
            Map<String, ResourceInformation> application, int partition, Function<List<String>, VisibleDevices> only) {
        ResourceInformation gpus = application.get(GPU);
        if (gpus == null || gpus.addresses().length == 0) {
            return NONE;
        }
        List<String> addresses = List.of(gpus.addresses());
        return of(only.apply(addresses).ordinal(addresses.get(partition % addresses.size())));
    }

    /**
     * Returns the device of a task. On an executor with a single GPU, no other GPU is visible from the first task on.
     * An executor with several cannot hide the others, because no task knows all of them.
     *
     * @param amount number of the executor's GPUs
     */
    static TaskDevice ofTask(
            Map<String, ResourceInformation> task, double amount, Function<List<String>, VisibleDevices> only) {
        ResourceInformation gpus = task.get(GPU);
        if (gpus != null && gpus.addresses().length > 0) {
            String address = gpus.addresses()[0];
            return of((amount == 1 ? only.apply(List.of(address)) : VisibleDevices.here()).ordinal(address));
        }
        if (amount > 0) {
            throw GpuProfile.withoutTask();
        }
        return NONE;
    }

    /**
     * Makes ND4J create and run the arrays of the calling thread on this device only.
     *
     * @throws InvalidRequestException when Deeplearning4j cannot use it: no CUDA in this build, no driver, or no code
     *     for the device
     */
    public void bind() {
        if (ordinal.isEmpty()) {
            return;
        }
        problem(EngineSpec.Kind.DL4J).ifPresent(TaskDevice::refuse);
        devices.bind(ordinal.getAsInt());
    }

    /**
     * Checks whether an engine can use this device. Loads the engine's CUDA libraries to find out; no thread is bound.
     *
     * @return the problem and what would help; empty when there is none, and for the CPU
     */
    public Optional<Problem> problem(EngineSpec.Kind engine) {
        if (ordinal.isEmpty()) {
            return Optional.empty();
        }
        return switch (engine) {
            case DL4J -> Nd4jKernels.problem(devices, ordinal.getAsInt());
            case ONNX -> OnnxDevice.problem(this);
            case PIXELS -> Optional.empty();
        };
    }

    private static void refuse(Problem problem) {
        throw new InvalidRequestException(problem.place(), problem.message());
    }

    /** Wraps work that another thread does for the task of the calling thread, on this device. */
    <R> Supplier<R> onDevice(Supplier<R> work) {
        return () -> {
            BORROWED.set(this);
            try {
                return work.get();
            } finally {
                BORROWED.remove();
            }
        };
    }

    /** For tests: simulates GPUs that this machine does not have. Returns the previous devices. */
    static Devices replace(Devices others) {
        Devices before = devices;
        devices = others;
        return before;
    }
}
