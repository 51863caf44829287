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
 * The GPU that Spark gave a task, or that it gave none: then the task runs on the CPU, also on a machine that has GPUs. An
 * executor may have several; a task uses the first of its own. In local mode Spark gives GPUs to the application and not to
 * tasks: its tasks take them in turn, by the number of their partition.
 *
 * @param ordinal of CUDA in this process; empty for none
 */
public record TaskDevice(OptionalInt ordinal) {
    /** The CPU. */
    public static final TaskDevice NONE = new TaskDevice(OptionalInt.empty());

    /** What Spark calls the resource in profiles. */
    private static final String GPU = "gpu";
    /** What Spark calls the driver among the executors. */
    private static final String DRIVER = "driver";

    /** Of a thread that works for a task and is not the task's own. */
    private static final ThreadLocal<TaskDevice> BORROWED = new ThreadLocal<>();

    private static volatile Devices devices = new Nd4jDevices();
    /** What is visible since this JVM was given its devices; null before. */
    private static VisibleDevices narrowed;

    /** A GPU. */
    static TaskDevice of(int ordinal) {
        return new TaskDevice(OptionalInt.of(ordinal));
    }

    /**
     * That of the calling thread.
     *
     * @throws InvalidRequestException when the executor has GPUs and the task was given none, or one that is not here
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

    /** Once in a JVM: which devices it has does not change. */
    private static synchronized VisibleDevices only(List<String> addresses) {
        if (narrowed == null) {
            narrowed = VisibleDevices.here().only(addresses);
        }
        return narrowed;
    }

    /** @param partition of the task, 0 for the driver itself */
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
     * Of an executor with a single GPU, nothing else is visible from the first task on. One with several cannot hide the others:
     * no task is told of all of them.
     *
     * @param amount of GPUs that the executor has
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
     * Has ND4J make and run the arrays of the calling thread on this device and on no other.
     *
     * @throws InvalidRequestException when Deeplearning4j cannot use it: no CUDA here, no driver, no code for it
     */
    public void bind() {
        if (ordinal.isEmpty()) {
            return;
        }
        problem(EngineSpec.Kind.DL4J).ifPresent(TaskDevice::refuse);
        devices.bind(ordinal.getAsInt());
    }

    /**
     * Whether an engine can use this device. Loads the engine's CUDA libraries to find out; no thread is bound.
     *
     * @return what is wrong and what would help; empty when nothing is, and for the CPU
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

    /** The same work, to be done by another thread for the task of the calling one. */
    <R> Supplier<R> lentTo(Supplier<R> work) {
        return () -> {
            BORROWED.set(this);
            try {
                return work.get();
            } finally {
                BORROWED.remove();
            }
        };
    }

    /** For tests: GPUs that this machine has not. Returns those before. */
    static Devices replace(Devices others) {
        Devices before = devices;
        devices = others;
        return before;
    }
}
