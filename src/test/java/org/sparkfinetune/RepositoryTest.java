package org.sparkfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Jobs;

/** The files that users read and copy: recipes, cluster profiles, scripts. */
class RepositoryTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();

    @TestFactory
    Stream<DynamicTest> everyRecipeSaysWhatItDoesAndHowItIsRun() throws IOException {
        return eachFile("spark-jobs", ".yaml", file -> {
            String text = Files.readString(file);
            assertThat(text).startsWith("# ").contains("\n#   scripts/submit " + relative(file) + "\n");
            assertThatCode(() -> Jobs.read(YamlFile.parse(relative(file), text)))
                    .doesNotThrowAnyException();
        });
    }

    @TestFactory
    Stream<DynamicTest> everyProfileSaysHowItIsUsed() throws IOException {
        return eachFile(
                "conf",
                ".properties",
                file -> assertThat(Files.readString(file))
                        .startsWith("# ")
                        .contains("\n# Use: scripts/submit RECIPE --on " + relative(file) + "\n"));
    }

    @TestFactory
    Stream<DynamicTest> everyKeyOfAProfileIsKnown() throws IOException {
        return eachFile("conf", ".properties", file -> {
            Properties profile = new Properties();
            profile.load(new StringReader(Files.readString(file)));
            assertThat(profile.stringPropertyNames())
                    .isNotEmpty()
                    .allSatisfy(
                            key -> assertThat(SparkKeys.isKnown(key)).as(key).isTrue());
        });
    }

    @TestFactory
    Stream<DynamicTest> everyKeyOfAProfileIsExplained() throws IOException {
        return eachFile("conf", ".properties", file -> {
            List<String> lines = Files.readAllLines(file);
            for (int i = 1; i < lines.size(); i++) {
                if (lines.get(i).startsWith("spark.")) {
                    // Keys that stand together share the comment above the first of them.
                    assertThat(lines.get(i - 1)).as("above " + lines.get(i)).matches("(# |spark\\.).*");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyScriptCanBeStartedAndIsStrict() throws IOException {
        return Stream.concat(eachScript("scripts"), eachScript("scripts/bench.d"));
    }

    private static Stream<DynamicTest> eachScript(String folder) throws IOException {
        return eachFile(folder, "", file -> {
            assertThat(Files.isExecutable(file)).isTrue();
            assertThat(Files.readString(file))
                    .startsWith("#!/usr/bin/env bash\n# ")
                    .contains("\nset -euo pipefail\n");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.executor.memory",
                "spark.hadoop.fs.s3a.endpoint",
                "spark.executorEnv.OMP_NUM_THREADS",
                "spark.metrics.conf.driver.sink.prometheusServlet.path",
                "spark.finetune.mlflow.trackingUri",
                "spark.kubernetes.driverEnv.SPARK_FINETUNE_HOME",
                "spark.kubernetes.driver.secretKeyRef.AWS_ACCESS_KEY_ID",
                "spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.claimName",
                "spark.executor.resource.gpu.discoveryScript",
                "spark.task.resource.gpu.amount"
            })
    void aKeyOfSparkIsKnown(String key) {
        assertThat(SparkKeys.isKnown(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.executor.memroy",
                "spark.finetune.memroy",
                "spark.finetune.mlflow.trackingURI",
                "spark.metrics.conf.driver.snik.prometheusServlet.path",
                "spark.hadoop.",
                "spark.kubernetes.driverEnv.2ND",
                "spark.kubernetes.executor.volumes.emptyDir.scratch.mount.pth",
                "spark.kubernetes.executor.volumes.emptydir.scratch.mount.path",
                "spark.executor.resource.gpu.amonut",
                "spark.task.resource.gpu.vendor"
            })
    void aMisspeltKeyIsNotKnown(String key) {
        assertThat(SparkKeys.isKnown(key)).isFalse();
    }

    private static Stream<DynamicTest> eachFile(String folder, String ending, Check check) throws IOException {
        try (Stream<Path> listing = Files.list(ROOT.resolve(folder))) {
            List<Path> files = listing.filter(Files::isRegularFile).sorted().toList();
            assertThat(files)
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(file.toString()).endsWith(ending));
            return files.stream().map(file -> DynamicTest.dynamicTest(relative(file), () -> check.accept(file)));
        }
    }

    private static String relative(Path file) {
        return ROOT.relativize(file).toString();
    }

    /** What must hold for a file. */
    private interface Check {
        void accept(Path file) throws IOException;
    }
}
