package org.sparkfinetune.jobs.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;

/** Class folders of small photos and what a shard job makes of them. */
public class ShardFixture {
    private static final int CATS = 10;
    private static final int DOGS = 20;

    @TempDir
    Path folder;

    Path input;
    Path output;

    @BeforeEach
    void makePhotos() throws IOException {
        input = folder.resolve("photos");
        output = folder.resolve("dataset");
        for (int i = 0; i < CATS; i++) {
            put("cats/" + i + ".jpg", TestPictures.noise("jpg", 24 + i, 20, i));
        }
        for (int i = 0; i < DOGS; i++) {
            put("dogs/puppies/" + i + ".png", TestPictures.noise("png", 16, 16, 1000 + i));
        }
    }

    void put(String name, byte[] bytes) throws IOException {
        Path file = input.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    DatasetDescription run(String settings) {
        return runOn(input, settings);
    }

    void runOn(Path root) {
        runOn(root, "");
    }

    DatasetDescription runOn(Path root, String settings) {
        return runIn(LocalSpark.session(), root, settings);
    }

    DatasetDescription runIn(SparkSession session, Path root, String settings) {
        String yaml = "kind: shard\ninput: \"" + root + "\"\noutput: \"" + output + "\"\n" + settings;
        ShardRecipe recipe = YamlFile.bind("test.yaml", yaml, ShardRecipe.class);
        recipe.execute(new JobContext(session, Progress.silent()));
        return read(output);
    }

    static DatasetDescription read(Path dataset) {
        try {
            return DatasetDescription.parse("dataset.json", Files.readString(dataset.resolve("dataset.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Row> rows(String split) {
        return LocalSpark.session().read().parquet(output + "/split=" + split).collectAsList();
    }

    /** In the order of the files and of the rows in them. */
    List<String> paths(String split) {
        List<String> paths = new ArrayList<>();
        for (String file : names(output.resolve("split=" + split))) {
            if (file.endsWith(".parquet")) {
                LocalSpark.session()
                        .read()
                        .parquet(output + "/split=" + split + "/" + file)
                        .select("path")
                        .collectAsList()
                        .forEach(row -> paths.add(row.getString(0)));
            }
        }
        return paths;
    }

    Row row(String split, String name) {
        return rows(split).stream()
                .filter(row -> row.getString(0).endsWith(name))
                .findFirst()
                .orElseThrow();
    }

    /** Without the checksum files that Hadoop's local file system adds. */
    public static List<String> names(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
