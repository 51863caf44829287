package org.sparkfinetune.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCheckTest {
    @TempDir
    private Path root;

    @Test
    void thisMachineIsWell() {
        assertThat(MachineCheck.run())
                .extracting(Finding::check)
                .containsExactly("Java", "processor", "Deeplearning4j", "ONNX Runtime", "memory", "disk");
        assertThat(MachineCheck.run()).noneMatch(Finding::isWrong);
    }

    @Test
    void anotherJavaIsWrong() {
        assertThat(MachineCheck.java(Runtime.Version.parse("17.0.9")).isWrong()).isFalse();
        assertThat(MachineCheck.java(Runtime.Version.parse("21.0.1")))
                .isEqualTo(new Finding(
                        "Java",
                        "21.0.1",
                        "Spark 3.5 and Deeplearning4j are tested together on Java 17: set JAVA_HOME to one on"
                                + " this machine"
                                + " (spark.executorEnv.JAVA_HOME, spark.yarn.appMasterEnv.JAVA_HOME)"));
    }

    @Test
    void aProcessorMustKnowWhatTheNativesWant() {
        String old = "processor\t: 0\nflags\t\t: fpu avx sse4_2\n";
        String newer = "processor\t: 0\nflags\t\t: fpu avx avx2 avx512f\n";
        assertThat(MachineCheck.processor("avx2", newer).isWrong()).isFalse();
        assertThat(MachineCheck.processor("avx512", newer).isWrong()).isFalse();
        assertThat(MachineCheck.processor("", old).isWrong()).isFalse();
        assertThat(MachineCheck.processor("avx2", old))
                .isEqualTo(new Finding(
                        "processor",
                        "has no avx2, which the native libraries in the jar require",
                        "exclude this machine, or build for older ones: mvn -B package"
                                + " -Dnative.classifier=linux-x86_64 (several times slower)"));
    }

    @Test
    void aHeapMustFitIntoItsContainer() {
        Optional<MachineMemory> container = Optional.of(new MachineMemory("container", 4L << 30));
        assertThat(MachineCheck.memory(3L << 30, container))
                .isEqualTo(Finding.fine("memory", "heap of 3072 MiB in a container of 4096 MiB"));
        assertThat(MachineCheck.memory(4L << 30, container).fix())
                .isEqualTo("the heap alone does not fit: lower spark.driver.memory or spark.executor.memory, or"
                        + " provide more memory");
        assertThat(MachineCheck.memory(1, Optional.empty()).isWrong()).isFalse();
    }

    @Test
    void theLimitOfAContainerCountsWhereItIsLower() throws IOException {
        assertThat(MachineMemory.limit(root)).isEmpty();
        write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("machine", 16L << 30));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("machine", 16L << 30));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "34359738368\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("machine", 16L << 30));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("container", 2L << 30));
        write("sys/fs/cgroup/memory.max", "max\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("container", 2L << 30));
        write("sys/fs/cgroup/memory.max", "1073741824\n");
        assertThat(MachineMemory.limit(root)).contains(new MachineMemory("container", 1L << 30));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
