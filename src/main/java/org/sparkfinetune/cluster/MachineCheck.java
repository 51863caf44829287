package org.sparkfinetune.cluster;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Whether a JVM, and the machine it is on, can run jobs. */
public final class MachineCheck {
    private static final int JAVA = 17;
    private static final long DISK_BYTES = 2L << 30;
    /** Builds of ND4J's natives by what the processor must know, the most demanding first. */
    private static final List<String> INSTRUCTION_SETS = List.of("avx512", "avx2");

    private static final String NATIVES = "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn-";

    private MachineCheck() {}

    /** Every check, none of which takes more than the loading of the natives. */
    public static List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(Runtime.version()));
        Finding processor = processor(wantedInstructions(), read(Path.of("/proc/cpuinfo")));
        findings.add(processor);
        // Natives that the processor does not understand end the process.
        if (!processor.isWrong()) {
            findings.add(loading("Deeplearning4j", MachineCheck::engine));
            findings.add(loading(
                    "ONNX Runtime",
                    () -> Finding.fine(
                            "ONNX Runtime", OrtEnvironment.getEnvironment().getVersion())));
        }
        findings.add(memory(Runtime.getRuntime().maxMemory(), MachineMemory.limit()));
        findings.add(disk(Path.of(System.getProperty("java.io.tmpdir"))));
        return findings;
    }

    static Finding java(Runtime.Version version) {
        if (version.feature() == JAVA) {
            return Finding.fine("Java", version.toString());
        }
        return new Finding(
                "Java",
                version.toString(),
                "Spark 3.5 and Deeplearning4j are tested together on Java " + JAVA + ": set JAVA_HOME to one on this"
                        + " machine (spark.executorEnv.JAVA_HOME, spark.yarn.appMasterEnv.JAVA_HOME)");
    }

    /**
     * @param wanted such as avx2; empty when the natives ask for nothing
     * @param description of the processors, as in /proc/cpuinfo
     */
    static Finding processor(String wanted, String description) {
        String flags = description
                .lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .orElse("");
        String flag = wanted.equals("avx512") ? "avx512f" : wanted;
        if (wanted.isEmpty() || Stream.of(flags.split(" ", -1)).anyMatch(flag::equals)) {
            return Finding.fine("processor", wanted.isEmpty() ? "any will do" : "has " + wanted);
        }
        return new Finding(
                "processor",
                "has no " + wanted + ", for which the natives in the jar are built",
                "leave this machine out, or build for older ones: mvn -B package"
                        + " -Dnative.classifier=linux-x86_64 (several times slower)");
    }

    private static String wantedInstructions() {
        ClassLoader jar = MachineCheck.class.getClassLoader();
        return INSTRUCTION_SETS.stream()
                .filter(set -> jar.getResource(NATIVES + set + "/") != null
                        || jar.getResource(NATIVES + set + "/libnd4jcpu.so") != null)
                .findFirst()
                .orElse("");
    }

    private static Finding engine() {
        EngineStatus status = NativeEngine.status();
        if (status.oneDnn() || !"CPU".equals(status.backend())) {
            return Finding.fine("Deeplearning4j", status.line());
        }
        return new Finding(
                "Deeplearning4j",
                status.line(),
                "set -Dorg.eclipse.deeplearning4j.helpers.disable=false in spark.driver.extraJavaOptions and"
                        + " spark.executor.extraJavaOptions, as the profiles in conf/ do");
    }

    /** A library that does not load says so by an Error. */
    private static Finding loading(String what, Supplier<Finding> check) {
        try {
            return check.get();
        } catch (RuntimeException | LinkageError e) {
            return new Finding(
                    what,
                    "does not load: " + e,
                    "install what the message names; natives are for Linux on x86_64 with glibc 2.27 or newer, and"
                            + " are unpacked into the temporary folder, which must allow programs (not noexec)");
        }
    }

    /**
     * @param heap most bytes of Java's heap
     * @param limit bytes of the container or machine
     */
    static Finding memory(long heap, Optional<MachineMemory> limit) {
        if (limit.isEmpty()) {
            return Finding.fine("memory", "heap of " + mebibytes(heap) + ", of an unknown whole");
        }
        String found = "heap of " + mebibytes(heap) + " in a " + limit.get().of() + " of "
                + mebibytes(limit.get().bytes());
        if (heap < limit.get().bytes()) {
            return Finding.fine("memory", found);
        }
        return new Finding(
                "memory",
                found,
                "the heap alone does not fit: lower spark.driver.memory or spark.executor.memory, or give more");
    }

    private static Finding disk(Path folder) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            String found = mebibytes(free) + " free in " + folder;
            return free >= DISK_BYTES
                    ? Finding.fine("disk", found)
                    : new Finding(
                            "disk",
                            found,
                            "make room for " + mebibytes(DISK_BYTES)
                                    + ", or name another folder by spark.local.dir and -Djava.io.tmpdir");
        } catch (IOException e) {
            return new Finding("disk", folder + ": " + e.getMessage(), "make this folder, or set -Djava.io.tmpdir");
        }
    }

    static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
