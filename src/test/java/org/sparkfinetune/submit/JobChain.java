package org.sparkfinetune.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.Script;
import org.sparkfinetune.testing.TestPictures;

/**
 * The four jobs as a user submits them: recipe files, {@code scripts/submit} and a profile. What is trained is the
 * upper half of a small network without knowledge, convolutions included.
 *
 * @param data where pictures and results are, with its scheme
 * @param work folder on this machine for recipes and logs
 * @param profile of the cluster
 * @param environment of {@code scripts/submit}
 */
record JobChain(String data, Path work, Path profile, Map<String, String> environment) {
    /** Pictures of each of two classes. */
    static final int PICTURES = 150;

    static final int EPOCHS = 4;

    /** Two folders of noise, which no two pictures share. */
    static void writePictures(Path folder) throws IOException {
        for (int i = 0; i < PICTURES; i++) {
            write(folder.resolve("coarse/" + i + ".png"), TestPictures.noise("png", 24, 24, i));
            write(folder.resolve("fine/" + i + ".png"), TestPictures.noise("png", 96, 96, 10_000 + i));
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    Path shard() throws IOException {
        return recipe("shard", """
                kind: shard
                input: "%1$s/pictures"
                output: "%1$s/dataset"
                splits: {train: 0.8, validation: 0.1, test: 0.1}
                """);
    }

    Path finetune(String run) throws IOException {
        return recipe("finetune-" + run, """
                kind: finetune
                dataset: "%1$s/dataset"
                model: squeezenet
                weights: random
                freezeUpTo: pool5
                output: "%1$s/RUN"
                training: {epochs: EPOCHS, batchSizePerWorker: 8, workers: 2, learningRate: 0.001}
                """.replace("RUN", run).replace("EPOCHS", String.valueOf(EPOCHS)));
    }

    Path evaluate(String run) throws IOException {
        return recipe("evaluate", """
                kind: evaluate
                run: "%1$s/RUN"
                dataset: "%1$s/dataset"
                output: "%1$s/evaluation"
                """.replace("RUN", run));
    }

    Path extract(String run, String table) throws IOException {
        return recipe("extract-" + table, """
                kind: extract
                input: "%1$s/dataset"
                model: "%1$s/RUN"
                layer: fire9
                output: "%1$s/TABLE"
                inference: {batchSize: 4}
                """.replace("RUN", run).replace("TABLE", table));
    }

    private Path recipe(String name, String text) throws IOException {
        return Files.writeString(work.resolve(name + ".yaml"), text.formatted(data));
    }

    /** Submits a recipe, which has to succeed. */
    void done(Path recipe, String... flags) throws IOException, InterruptedException {
        Script ended = Script.run(log(recipe), environment, "submit", words(recipe, flags));
        assertThat(ended.code()).as(ended.log()).isZero();
    }

    /** Submits a recipe. */
    Process start(Path recipe) throws IOException {
        return Script.start(log(recipe), environment, "submit", words(recipe));
    }

    private String[] words(Path recipe, String... flags) {
        String[] words = new String[3 + flags.length];
        words[0] = recipe.toString();
        words[1] = "--on";
        words[2] = profile.toString();
        System.arraycopy(flags, 0, words, 3, flags.length);
        return words;
    }

    /** What the job of a recipe says. */
    Path log(Path recipe) {
        return work.resolve(recipe.getFileName() + ".log");
    }

    /** Every file in a run's model to its sha256. */
    Map<String, String> model(String run) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (FSDataInputStream file = open(run + "/model/model.zip");
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), Sha256.of(zip.readAllBytes()));
            }
        }
        return files;
    }

    /** Path and embedding of every row, in order of the paths. */
    List<Row> embeddings(String table) {
        return LocalSpark.session()
                .read()
                .parquet(data + "/" + table + "/embeddings")
                .select("path", "embedding")
                .orderBy("path")
                .collectAsList();
    }

    private FSDataInputStream open(String file) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(data + "/" + file);
        FileSystem files =
                path.getFileSystem(LocalSpark.session().sparkContext().hadoopConfiguration());
        return files.open(path);
    }
}
