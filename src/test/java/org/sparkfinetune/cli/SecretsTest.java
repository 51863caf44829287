package org.sparkfinetune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.testing.MainProcess;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.TestPictures;

/**
 * Secrets in the settings of Spark and Hadoop, or in the environment, do not appear in anything that jobs write or
 * print.
 */
@Tag("process")
@Tag("spark")
class SecretsTest {
    private static final String SECRET = "hunter2xyzzy";
    private static final List<String> SETTINGS = List.of(
            "spark.hadoop.fs.s3a.access.key",
            "spark.hadoop.fs.s3a.secret.key",
            "spark.hadoop.fs.s3a.session.token",
            "spark.hadoop.fs.azure.account.key.acme.dfs.core.windows.net",
            "spark.hadoop.fs.azure.account.oauth2.client.secret",
            "spark.authenticate.secret",
            "spark.ssl.keyStorePassword");

    @TempDir
    private Path folder;

    @Test
    void noJobTellsASecret() throws IOException {
        for (int i = 0; i < 8; i++) {
            picture("pictures/blue/" + i + ".png", new Color(i, 10, 200 + i), i);
            picture("pictures/red/" + i + ".png", new Color(200 + i, 10, i), i);
        }
        List<String> recipes = List.of(
                recipe("shard", "input: pictures", "splits: {train: 0.5, validation: 0.25, test: 0.25}"),
                recipe("finetune", "dataset: shard", "model: squeezenet", "weights: random", "training: {epochs: 1}"),
                recipe("extract", "input: shard", "model: finetune", "layer: fire6"));
        MainProcess ended = MainProcess.run(Jobs.class, environment(), recipes.toArray(String[]::new));
        assertThat(ended.code()).as(String.join("\n", ended.errors())).isZero();
        assertThat(ended.out() + ended.err()).doesNotContain(SECRET).contains("extract: done", "INFO");
        List<Path> written = SmallRun.below(folder.resolve("out"));
        assertThat(written)
                .extracting(Path::getFileName)
                .extracting(Path::toString)
                .contains("report.json", "report.html", "recipe.yaml", "dataset.json", "embeddings.json", "card.yaml");
        for (Path file : written) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .as(file.toString())
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void anAddressWithAPasswordIsRefusedWithoutShowingIt() throws IOException {
        String recipe = recipe("shard", "input: \"s3a://AKIA:" + SECRET + "@bucket/pictures\"");
        MainProcess ended = MainProcess.run(environment(), "run", recipe);
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.errors())
                .containsExactly(
                        recipe + ":input: has a password in its address (user:password@), which would be copied into"
                                + " reports and logs; remove it, and give it to the file system as"
                                + " docs/storage.md describes");
        assertThat(ended.out() + ended.err()).doesNotContain(SECRET);
    }

    /** Java prints the content of its environment variable, so the variable names a file. */
    private Map<String, String> environment() throws IOException {
        List<String> options = new ArrayList<>();
        SETTINGS.forEach(key -> options.add("-D" + key + "=" + SECRET));
        Path file = Files.write(folder.resolve("options"), options);
        return Map.of("JDK_JAVA_OPTIONS", "@" + file, "AWS_SECRET_ACCESS_KEY", SECRET);
    }

    private String recipe(String kind, String... lines) throws IOException {
        Path file = folder.resolve(kind + ".yaml");
        List<String> text = new ArrayList<>(List.of("kind: " + kind, "output: " + folder.resolve("out/" + kind)));
        for (String line : lines) {
            text.add(line.replaceAll("^(input|dataset): (shard)$", "$1: " + folder.resolve("out") + "/$2")
                    .replaceAll("^model: finetune$", "model: " + folder.resolve("out/finetune"))
                    .replaceAll("^input: pictures$", "input: " + folder.resolve("pictures")));
        }
        return Files.write(file, text).toString();
    }

    private void picture(String name, Color color, int number) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, TestPictures.plain("png", 40 + number, 32, color));
    }

    /** Runs recipes one after the other in one JVM. */
    public static final class Jobs {
        private Jobs() {}

        /** @param recipes recipe files */
        public static void main(String[] recipes) {
            int code = 0;
            for (int i = 0; i < recipes.length && code == 0; i++) {
                code = Main.execute(SparkSource::submitted, "run", recipes[i]);
            }
            System.exit(code);
        }
    }
}
