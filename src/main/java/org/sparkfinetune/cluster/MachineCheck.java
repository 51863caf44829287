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

/** Checks whether a JVM, and the machine it is on, can run jobs. */
public final class MachineCheck {
    private static final int JAVA = 17;
    private static final long DISK_BYTES = 2L << 30;
    /** Builds of ND4J's native libraries by required instruction set, the most demanding first. */
    private static final List<String> INSTRUCTION_SETS = List.of("avx512", "avx2");

    private static final String NATIVES = "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn-";

    private MachineCheck() {}

    /** Runs every check; none takes longer than loading the native libraries. */
    public static List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java(Runtime.version()));
        Finding processor = processor(wantedInstructions(), read(Path.of("/proc/cpuinfo")));
        findings.add(processor);
        // Native code with instructions that the processor does not have ends the process.
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
     * @param wanted such as avx2; empty when there is no requirement
     * @param description of the processors, in the format of /proc/cpuinfo
     */
    static Finding processor(String wanted, String description) {
        String flags = description
                .lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .orElse("");
        String flag = wanted.equals("avx512") ? "avx512f" : wanted;
        if (wanted.isEmpty() || Stream.of(flags.split(" ", -1)).anyMatch(flag::equals)) {
            return Finding.fine("processor", wanted.isEmpty() ? "any is sufficient" : "has " + wanted);
        }
        return new Finding(
                "processor",
                "has no " + wanted + ", which the native libraries in the jar require",
                "exclude this machine, or build for older ones: mvn -B package"
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

    /** Runs a check that loads a library; a library that does not load throws an Error. */
    private static Finding loading(String what, Supplier<Finding> check) {
        try {
            return check.get();
        } catch (RuntimeException | LinkageError e) {
            return new Finding(
                    what,
                    "does not load: " + e,
                    "install what the message names; the native libraries need Linux on x86_64 with glibc 2.27 or"
                            + " newer,"
                            + " and are unpacked into the temporary folder, which must allow programs (not noexec)");
        }
    }

    /**
     * @param heap maximum bytes of Java's heap
     * @param limit memory of the container or machine
     */
    static Finding memory(long heap, Optional<MachineMemory> limit) {
        if (limit.isEmpty()) {
            return Finding.fine("memory", "heap of " + mebibytes(heap) + ", total memory unknown");
        }
        String found = "heap of " + mebibytes(heap) + " in a " + limit.get().of() + " of "
                + mebibytes(limit.get().bytes());
        if (heap < limit.get().bytes()) {
            return Finding.fine("memory", found);
        }
        return new Finding(
                "memory",
                found,
                "the heap alone does not fit: lower spark.driver.memory or spark.executor.memory, or provide more"
                        + " memory");
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
                            "free up " + mebibytes(DISK_BYTES)
                                    + ", or set another folder with spark.local.dir and -Djava.io.tmpdir");
        } catch (IOException e) {
            return new Finding("disk", folder + ": " + e.getMessage(), "create this folder, or set -Djava.io.tmpdir");
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
