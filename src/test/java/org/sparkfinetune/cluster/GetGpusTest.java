package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The discovery script, with a fake nvidia-smi. */
class GetGpusTest {
    private static final String TWO = "echo '0, GPU-5ebe9f43-ac33'; echo '1, GPU-77a1b2c3-0001'";

    @TempDir
    private Path folder;

    @Test
    void itPrintsTheNumbersOfNvidiaSmiAsSparkReadsThem() throws Exception {
        Ended ended = run(TWO, Map.of());
        assertThat(ended).isEqualTo(new Ended(0, "{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\"]}\n", ""));
        ResourceInformation read = ResourceInformation.parseJson(ended.out());
        assertThat(read.name()).isEqualTo("gpu");
        assertThat(read.addresses()).containsExactly("0", "1");
    }

    @Test
    void itPrintsTheEntriesOfCudaVisibleDevicesAndNothingElse() throws Exception {
        assertThat(run(TWO, Map.of("CUDA_VISIBLE_DEVICES", "1")).out()).contains("[\"1\"]");
        assertThat(run(TWO, Map.of("CUDA_VISIBLE_DEVICES", "GPU-77a1,0")).out()).contains("[\"GPU-77a1\",\"0\"]");
        assertThat(run(TWO, Map.of("CUDA_VISIBLE_DEVICES", "MIG-12")).out()).contains("[\"MIG-12\"]");
        assertThat(run(TWO, Map.of("CUDA_VISIBLE_DEVICES", "0,7")))
                .isEqualTo(failed("CUDA_VISIBLE_DEVICES=0,7: nvidia-smi lists no GPU 7"));
        assertThat(run(TWO, Map.of("CUDA_VISIBLE_DEVICES", "")))
                .isEqualTo(failed("CUDA_VISIBLE_DEVICES is empty, which hides every GPU"));
    }

    @Test
    void itTellsWhyThereIsNoGpu() throws Exception {
        assertThat(run("echo 'No devices were found'", Map.of())).isEqualTo(failed("nvidia-smi finds no GPU"));
        assertThat(run("echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18", Map.of()))
                .isEqualTo(failed(
                        "nvidia-smi --query-gpu failed: Failed to initialize NVML: Driver/library version mismatch"));
        assertThat(run(null, Map.of()))
                .isEqualTo(failed("nvidia-smi was not found; install NVIDIA's driver, or use a profile without GPUs"));
    }

    private static Ended failed(String message) {
        return new Ended(1, "", "get-gpus: " + message + "\n");
    }

    private record Ended(int code, String out, String err) {}

    /** @param nvidiaSmi null for a machine without it */
    private Ended run(String nvidiaSmi, Map<String, String> environment) throws IOException, InterruptedException {
        Path programs = Files.createTempDirectory(folder, "bin");
        for (String program : new String[] {"bash", "env", "cut", "head"}) {
            Files.createSymbolicLink(programs.resolve(program), Path.of("/usr/bin", program));
        }
        if (nvidiaSmi != null) {
            Path fake = Files.writeString(programs.resolve("nvidia-smi"), "#!/usr/bin/env bash\n" + nvidiaSmi + "\n");
            assertThat(fake.toFile().setExecutable(true)).isTrue();
        }
        ProcessBuilder builder =
                new ProcessBuilder(Path.of("scripts/get-gpus").toAbsolutePath().toString());
        builder.environment().remove("CUDA_VISIBLE_DEVICES");
        builder.environment().put("PATH", programs.toString());
        builder.environment().putAll(environment);
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = builder.redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out, Files.readString(err));
    }
}
