package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.Figures;

/** The largest model, without frozen layers, on two executors: 1.6 GB per worker and round. */
@Tag("slow")
@Tag("cluster")
@Timeout(1800)
class LargeModelTest {
    /** VGG16 with ten classes; Adam keeps two more floats for each parameter. */
    private static final long PARAMETERS = 134_301_514;

    private static final long BYTES = 3 * 4 * PARAMETERS;

    @TempDir
    private Path folder;

    @Test
    void theWholeVgg16WithAdamCompletesRoundsWithADriverOfSixGigabytes() throws Exception {
        assumeThat(ChildProcess.SPARK_HOME.resolve("RELEASE"))
                .as("executors need the Spark that mvn package lays out in target/spark")
                .exists();
        List<String> heard = new ArrayList<>();
        AtomicLong peak = new AtomicLong();
        try (ChildProcess driver = new ChildProcess(
                LargeModelTraining.class,
                List.of("-Xmx6g"),
                new File(folder.toFile(), "stderr.log"),
                "local-cluster[2,1,1024]")) {
            Thread watch = new Thread(() -> watch(driver.handle(), peak));
            watch.start();
            for (String line = driver.next(); line != null; line = driver.next()) {
                heard.add(line);
                Figures.tell("vgg16 cut at none, Adam: %s", line);
            }
            int exitCode = driver.exitCode();
            watch.join();
            Figures.tell("vgg16 cut at none, Adam: resident memory of all processes at most %d MiB", peak.get() >> 20);
            assertThat(exitCode).as(() -> tail(folder.resolve("stderr.log"))).isZero();
        }
        assertThat(heard).hasSize(3).last().isEqualTo("done");
        assertThat(heard.subList(0, 2)).allMatch(line -> line.contains("bytes [" + BYTES + ", " + BYTES + "]"));
        assertThat(peak.get()).isBetween(4L << 30, 24L << 30);
    }

    private static void watch(ProcessHandle driver, AtomicLong peak) {
        while (driver.isAlive()) {
            long total = Stream.concat(Stream.of(driver), driver.descendants())
                    .mapToLong(LargeModelTest::residentBytes)
                    .sum();
            peak.accumulateAndGet(total, Math::max);
            try {
                Thread.sleep(500);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static long residentBytes(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            // It ended between listing and reading.
            return 0;
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }
}
