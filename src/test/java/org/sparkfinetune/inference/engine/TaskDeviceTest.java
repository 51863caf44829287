package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.cluster.ComputeCapability;
import org.sparkfinetune.cluster.GpuBackend;
import org.sparkfinetune.cluster.VisibleDevices;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.card.Preprocessing.ChannelOrder;
import org.sparkfinetune.zoo.card.Preprocessing.Interpolation;

class TaskDeviceTest {
    private static final EngineSpec PIXELS = EngineSpec.pixels(new Preprocessing(
            2, 2, 2, Interpolation.AREA, ChannelOrder.RGB, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)));

    private final List<List<String>> narrowed = new ArrayList<>();
    private final Function<List<String>, VisibleDevices> only = addresses -> {
        narrowed.add(addresses);
        return new VisibleDevices(addresses);
    };

    @Test
    void aTaskTakesTheFirstOfItsAddressesInTheirOrder() {
        assertThat(TaskDevice.ofTask(gpus("3", "1"), 2, only)).isEqualTo(TaskDevice.of(3));
        assertThat(TaskDevice.ofTask(gpus("1", "3"), 2, only)).isEqualTo(TaskDevice.of(1));
        assertThat(narrowed).isEmpty();
    }

    @Test
    void anExecutorWithOneGpuHidesAllOthersAndIsLeftWithNumberZero() {
        assertThat(TaskDevice.ofTask(gpus("3"), 1, only)).isEqualTo(TaskDevice.of(0));
        assertThat(TaskDevice.ofTask(gpus("GPU-5ebe9f43"), 1, only)).isEqualTo(TaskDevice.of(0));
        assertThat(narrowed).containsExactly(List.of("3"), List.of("GPU-5ebe9f43"));
    }

    @Test
    void aTaskWithoutGpuRunsOnTheCpuWhateverTheMachineHas() {
        assertThat(TaskDevice.ofTask(Map.of(), 0, only)).isEqualTo(TaskDevice.NONE);
        try (FakeGpus gpus = FakeGpus.four()) {
            TaskDevice.NONE.bind();
            assertThat(gpus.used()).isEmpty();
        }
    }

    @Test
    void aTaskWithoutGpuInAnExecutorWithGpusIsRefused() {
        assertThatThrownBy(() -> TaskDevice.ofTask(Map.of(), 1, only))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("spark.task.resource.gpu.amount: is not set, so tasks get and use none of the GPUs of"
                        + " their executors; set it to 1, or to 0.5 for two tasks per GPU, or use a cpu profile,"
                        + " without spark.executor.resource.gpu.amount");
    }

    @Test
    void inLocalModeTasksTakeTheGpusOfTheApplicationInTurn() {
        assertThat(List.of(0, 1, 2, 5))
                .extracting(partition -> TaskDevice.inLocalMode(gpus("2", "0"), partition, only))
                .containsExactly(TaskDevice.of(0), TaskDevice.of(1), TaskDevice.of(0), TaskDevice.of(1));
        assertThat(narrowed).containsOnly(List.of("2", "0"));
        assertThat(TaskDevice.inLocalMode(Map.of(), 5, only)).isEqualTo(TaskDevice.NONE);
    }

    @Test
    void twoTasksBindToTheirOwnDevicesAndToNoOther() throws InterruptedException {
        try (FakeGpus gpus = FakeGpus.four()) {
            List<Integer> seen = new ArrayList<>();
            for (int ordinal : new int[] {2, 1}) {
                Thread task = new Thread(() -> {
                    TaskDevice.of(ordinal).bind();
                    seen.add(gpus.ofThisThread());
                });
                task.start();
                task.join();
            }
            assertThat(seen).containsExactly(2, 1);
            assertThat(gpus.used()).containsExactly(1, 2);
        }
    }

    @Test
    void whatIsMadeAheadIsMadeOnTheDeviceOfTheTask() throws InterruptedException {
        try (FakeGpus gpus = FakeGpus.four()) {
            Prefetch<TaskDevice> ahead = gpus.inTask(3, () -> Prefetch.begin(TaskDevice::here));
            assertThat(ahead.result()).isEqualTo(TaskDevice.of(3));
            // The same thread serves other tasks afterwards.
            assertThat(Prefetch.begin(TaskDevice::here).result()).isEqualTo(TaskDevice.NONE);
        }
    }

    @Test
    void eachDeviceHasOneEngineThatItsTasksShare() {
        InferenceEngine first = engineOn(0);
        InferenceEngine second = engineOn(1);
        assertThat(second).isNotSameAs(first);
        assertThat(engineOn(0)).isSameAs(first);
        assertThat(engineOn(1)).isSameAs(second);
    }

    private static InferenceEngine engineOn(int ordinal) {
        return EnginePool.with(PIXELS, TaskDevice.of(ordinal), engine -> engine);
    }

    @Test
    @Tag("spark")
    void theEngineOfDeeplearning4jIsBoundBeforeItIsLoaded() {
        LocalSpark.context();
        EngineSpec missing = new EngineSpec(EngineSpec.Kind.DL4J, "no such file", "", PIXELS.input(), false);
        try (FakeGpus gpus = FakeGpus.four()) {
            assertThatThrownBy(() -> gpus.inTask(2, () -> missing.forward(new float[12], 1)))
                    .isNotInstanceOf(InvalidRequestException.class);
            assertThat(gpus.ofThisThread()).isEqualTo(2);
            gpus.inTask(3, () -> EngineThreads.ofTask(EngineSpec.Kind.DL4J)).close();
            assertThat(gpus.ofThisThread()).isEqualTo(3);
            // ONNX Runtime gets the number; ND4J need not be loaded for it.
            gpus.inTask(1, () -> EngineThreads.ofTask(EngineSpec.Kind.ONNX)).close();
            assertThat(gpus.ofThisThread()).isEqualTo(3);
        }
    }

    @Test
    void aDeviceThatDeeplearning4jHasNoCodeForIsRefused() {
        try (FakeGpus gpus = FakeGpus.of("NVIDIA H100 80GB HBM3", new ComputeCapability(9, 0))) {
            assertThatThrownBy(() -> TaskDevice.of(1).bind())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessage("GPU 1 (NVIDIA H100 80GB HBM3, compute capability 9.0): nd4j-cuda-11.6 has no code"
                            + " for it, only"
                            + " for 3.7 and 5.0 to 8.9; executors run extract, predict and evaluate on it with"
                            + " `inference.engine: onnx`, from 6.0 on; train on executors without GPUs (a"
                            + " cpu profile) or with"
                            + " Volta, Turing, Ampere or Ada GPUs");
            assertThat(gpus.used()).isEmpty();
        }
    }

    @Test
    void onnxRuntimeWithoutCudaSaysWhatItNeeds() {
        assumeThat(GpuBackend.inJar()).as("built with -Pcuda").isFalse();
        assertThat(TaskDevice.of(2).problem(EngineSpec.Kind.ONNX).orElseThrow().toString())
                .isEqualTo("GPU 2: ONNX Runtime cannot use it: Error code - ORT_EP_FAIL - message: Failed to find"
                        + " CUDA shared"
                        + " provider (standard error of the executor names the library); it needs a GPU"
                        + " of compute"
                        + " capability 6.0 or higher, its driver, CUDA 12 and cuDNN 9, see docs/gpus.md");
        assertThat(TaskDevice.NONE.problem(EngineSpec.Kind.ONNX)).isEmpty();
        assertThatThrownBy(() -> OnnxEngine.open(Path.of("any"), 1, TaskDevice.of(2)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("GPU 2: ONNX Runtime cannot use it:");
    }

    private static Map<String, ResourceInformation> gpus(String... addresses) {
        return Map.of("gpu", new ResourceInformation("gpu", addresses));
    }
}
