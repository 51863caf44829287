package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.testing.OtherJvm;

@Tag("process")
class NativeEngineTest {

    @Test
    void aConvolutionReallyRunsInOneDnn() throws IOException {
        String output = runInAnotherJvm();
        assertThat(output.lines().filter(line -> line.startsWith("dnnl_verbose,exec,cpu,convolution,")))
                .as("convolutions that oneDNN says it executed, in:%n%s", output)
                .isNotEmpty();
        assertThat(output)
                .containsPattern("engine: Deeplearning4j 1\\.0\\.0-M2\\.1 \\+ oneDNN \\(avx\\w+\\), \\d+ thread");
    }

    @Test
    void saysSoWhenOneDnnIsSwitchedOff() throws IOException {
        String output = runInAnotherJvm("-Dorg.eclipse.deeplearning4j.helpers.disable=true");
        assertThat(output).contains("engine: Deeplearning4j 1.0.0-M2.1 without oneDNN, several times slower (avx");
    }

    @Test
    void theStartUpLineNamesEngineAndThreads() {
        assertThat(new EngineStatus("1.0.0-M2.1", "CPU", true, "avx2", 2).line())
                .isEqualTo("engine: Deeplearning4j 1.0.0-M2.1 + oneDNN (avx2), 2 threads");
        assertThat(new EngineStatus("1.0.0-M2.1", "CPU", false, "avx512", 1).line())
                .isEqualTo("engine: Deeplearning4j 1.0.0-M2.1 without oneDNN, several times slower (avx512), 1 thread");
        assertThat(new EngineStatus("1.0.0-M2.1", "CUDA", false, "avx2", 1).line())
                .isEqualTo("engine: Deeplearning4j 1.0.0-M2.1 on CUDA");
    }

    /** Runs in a new JVM, because DNNL_VERBOSE and Deeplearning4j's classes are read once per JVM. */
    private static String runInAnotherJvm(String... options) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(OtherJvm.command(List.of(options), StatusProcess.class)).redirectErrorStream(true);
        builder.environment().put("DNNL_VERBOSE", "1");
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The main method of the other JVM. */
    static final class StatusProcess {
        private StatusProcess() {}

        public static void main(String[] args) throws IOException {
            NativeEngine.enable();
            System.out.write((NativeEngine.status().line() + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
        }
    }
}
