package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.testing.BrittleDisk;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.OtherJvm;
import org.sparkfinetune.testing.SmallRun;
import org.sparkfinetune.testing.TestPictures;

/** A job that is killed at any point and run again gives, row for row, what an undisturbed one gives. */
@Tag("spark")
class KilledShardTest extends ShardFixture {
    /** Renames after which the disk breaks: before the first, and in the middle. */
    private static final int[] ADDITIONS = {0, 4};

    private static final String SETTINGS = "targetShardBytes: 8192\nmaxRejectedFraction: 0.2\n";

    @Test
    void brokenOffWhilePublishing() throws IOException {
        put("cats/text.jpg", new byte[] {'t', 'e', 'x', 't'});
        Map<String, List<String>> undisturbed = content(shard("undisturbed"));
        int broken = 0;
        for (int publications : new int[] {0, 3}) {
            broken += shardBroken("broken " + publications, publications) ? 1 : 0;
            assertThat(content(shard("broken " + publications))).isEqualTo(undisturbed);
        }
        assertThat(broken).isEqualTo(2);
    }

    @Test
    void brokenOffWhileAdding() throws IOException {
        Path before = shard("undisturbed");
        for (int publications : ADDITIONS) {
            SmallRun.copy(before, folder.resolve(String.valueOf(publications)));
        }
        for (int i = 0; i < 20; i++) {
            put("cats/new " + i + ".png", TestPictures.noise("png", 24, 24, 5000 + i));
        }
        Map<String, List<String>> undisturbed = content(shard("undisturbed"));
        assertThat(undisturbed).isNotEqualTo(content(folder.resolve("0")));
        int broken = 0;
        for (int publications : ADDITIONS) {
            broken += shardBroken(String.valueOf(publications), publications) ? 1 : 0;
            assertThat(content(shard(String.valueOf(publications)))).isEqualTo(undisturbed);
        }
        assertThat(broken).isEqualTo(ADDITIONS.length);
    }

    @Test
    @Tag("cluster")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void killedWithSignalNineWhileReadingDecidingAndWriting() throws Exception {
        for (int i = 0; i < 250; i++) {
            put("cats/" + i + ".png", TestPictures.noise("png", 40, 40, 10_000 + i));
            put("dogs/" + i + ".png", TestPictures.noise("png", 40, 40, 20_000 + i));
        }
        Map<String, List<String>> undisturbed = content(shard("undisturbed"));
        for (String sign : List.of("_staging/checked", "_staging/outcomes", "_staging/split=train")) {
            String name = "killed " + sign.substring(9);
            Path staged = folder.resolve(name).resolve(sign);
            Process job = OtherJvm.start(ShardProcess.class, yaml("file:", name));
            while (!Files.exists(staged) && job.isAlive()) {
                Thread.sleep(5);
            }
            assertThat(job.isAlive()).as("killed before its end: " + sign).isTrue();
            job.destroyForcibly().waitFor();
            assertThat(folder.resolve(name).resolve("dataset.json")).doesNotExist();
            assertThat(OtherJvm.start(ShardProcess.class, yaml("file:", name)).waitFor())
                    .isZero();
            assertThat(content(folder.resolve(name))).isEqualTo(undisturbed);
        }
    }

    private Path shard(String name) {
        BrittleDisk.mount(LocalSpark.session().sparkContext().hadoopConfiguration());
        YamlFile.bind("test.yaml", yaml("brittle:", name), ShardRecipe.class)
                .execute(new JobContext(LocalSpark.session(), Progress.silent()));
        return folder.resolve(name);
    }

    /** Whether the disk broke while the job ran. */
    private boolean shardBroken(String name, int publications) {
        BrittleDisk.breakAfter(publications);
        try {
            shard(name);
        } catch (FinetuneException expected) {
            assertThat(expected).hasMessageContaining("the disk is broken");
        }
        return BrittleDisk.mend();
    }

    private String yaml(String scheme, String name) {
        return "kind: shard\ninput: \"" + input + "\"\noutput: \"" + scheme + folder.resolve(name) + "\"\n" + SETTINGS;
    }

    /** File to its rows in order, and the description. */
    private static Map<String, List<String>> content(Path dataset) throws IOException {
        Map<String, List<String>> content = new TreeMap<>();
        for (String part : names(dataset)) {
            Path folder = dataset.resolve(part);
            for (String file : Files.isDirectory(folder) ? names(folder) : List.<String>of()) {
                content.put(part + "/" + file, rows(folder.resolve(file)));
            }
        }
        content.put("dataset.json", List.of(Files.readString(dataset.resolve("dataset.json"))));
        assertThat(content.keySet()).allSatisfy(name -> assertThat(name).doesNotContain("_staging"));
        return content;
    }

    private static List<String> rows(Path file) {
        return LocalSpark.session().read().parquet(file.toString()).collectAsList().stream()
                .map(KilledShardTest::text)
                .toList();
    }

    private static String text(Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            values.add(row.get(i) instanceof byte[] bytes ? Sha256.of(bytes) : String.valueOf(row.get(i)));
        }
        return String.join(" ", values);
    }

    /** Runs one recipe in its own JVM. */
    public static final class ShardProcess {
        private ShardProcess() {}

        /** @param arguments the recipe as YAML */
        public static void main(String[] arguments) {
            YamlFile.bind("test.yaml", Arrays.asList(arguments).get(0), ShardRecipe.class)
                    .execute(new JobContext(LocalSpark.session(), Progress.silent()));
            LocalSpark.session().stop();
        }
    }
}
