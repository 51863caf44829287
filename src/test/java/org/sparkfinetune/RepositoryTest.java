package org.sparkfinetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.Recipe;

/** The files that users read and copy: recipes, cluster profiles, scripts. */
class RepositoryTest {
    private static final Path ROOT = Path.of("").toAbsolutePath();
    /** Keys of ours that a profile may set; {@code spark.finetune.} alone would let misspelt ones through. */
    private static final Set<String> OUR_KEYS = Set.of();
    /** Spark reads it by name, without an entry in its registry. */
    private static final Set<String> UNREGISTERED_SPARK_KEYS = Set.of("spark.master");

    /** Spark puts them together of parts, see ResourceID. */
    private static final Pattern GPU_KEYS = Pattern.compile(
            "spark\\.((driver|executor)\\.resource\\.gpu\\.(amount|discoveryScript)|task\\.resource\\.gpu\\.amount)");

    @BeforeAll
    static void loadTheRegistryOfSparksKeys() throws ClassNotFoundException {
        // Scala objects register their keys when they are initialised.
        for (String holder : List.of(
                "org.apache.spark.internal.config.package$",
                "org.apache.spark.internal.config.UI$",
                "org.apache.spark.internal.config.Kryo$",
                "org.apache.spark.internal.config.Network$",
                "org.apache.spark.deploy.yarn.config.package$",
                "org.apache.spark.deploy.k8s.Config$",
                "org.apache.spark.sql.internal.SQLConf$")) {
            Class.forName(holder);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyRecipeSaysWhatItDoesAndHowItIsRun() throws IOException {
        return eachFile("spark-jobs", ".yaml", file -> {
            String text = Files.readString(file);
            assertThat(text).startsWith("# ").contains("\n#   scripts/submit " + relative(file) + "\n");
            assertThatCode(() -> Recipe.read(YamlFile.parse(relative(file), text)))
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
                    .allSatisfy(key -> assertThat(isKnown(key)).as(key).isTrue());
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

    @Test
    void aMisspeltKeyIsNotKnown() {
        assertThat(isKnown("spark.executor.memory")).isTrue();
        assertThat(isKnown("spark.executor.memroy")).isFalse();
        assertThat(isKnown("spark.finetune.memroy")).isFalse();
    }

    private static boolean isKnown(String key) {
        return OUR_KEYS.contains(key)
                || UNREGISTERED_SPARK_KEYS.contains(key)
                || GPU_KEYS.matcher(key).matches()
                || ConfigEntry.findEntry(key) != null;
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
