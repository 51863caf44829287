package org.sparkfinetune.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

/** The four jobs with everything that they read and write on HDFS. */
@Tag("cluster")
class HdfsTest {
    @TempDir
    private static Path folder;

    private static MiniDFSCluster hdfs;
    private static SmallRun local;
    private static String root;

    @BeforeAll
    static void copyPictures() throws IOException {
        local = SmallRun.shared();
        Configuration configuration = new Configuration();
        configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
        hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        hdfs.waitActive();
        root = "hdfs://127.0.0.1:" + hdfs.getNameNodePort();
        hdfs.getFileSystem().copyFromLocalFile(path(local.pictures().toString()), path("/pictures"));
    }

    @AfterAll
    static void stop() {
        if (hdfs != null) {
            hdfs.shutdown();
        }
    }

    private static org.apache.hadoop.fs.Path path(String text) {
        return new org.apache.hadoop.fs.Path(text);
    }

    private static List<String> names(String folder) throws IOException {
        return Arrays.stream(hdfs.getFileSystem().listStatus(path(folder)))
                .map(FileStatus::getPath)
                .map(org.apache.hadoop.fs.Path::getName)
                .sorted()
                .toList();
    }

    private static List<Row> embeddings(String output) {
        return LocalSpark.session()
                .read()
                .parquet(output + "/embeddings")
                .select("sha256", "embedding")
                .orderBy("sha256")
                .collectAsList();
    }

    @Test
    void theJobsGiveOnHdfsWhatTheyGiveOnALocalDisk() throws IOException {
        SmallRun.job("""
                kind: shard
                input: %1$s/pictures
                output: %1$s/dataset
                splits: {train: 0.5, validation: 0.25, test: 0.25}
                """.formatted(root));
        assertThat(names("/dataset"))
                .containsExactly(
                        "dataset.json",
                        "events.jsonl",
                        "files",
                        "rejected",
                        "report.html",
                        "report.json",
                        "split=test",
                        "split=train",
                        "split=validation");

        RunReport trained = SmallRun.job(
                local.recipe(root + "/run", 2, 0.001).replace(local.dataset().toString(), root + "/dataset"));
        RunReport expected = SmallRun.job(local.recipe());
        assertThat(trained.training().epochs())
                .extracting(RunReport.Epoch::loss)
                .isEqualTo(expected.training().epochs().stream()
                        .map(RunReport.Epoch::loss)
                        .toList());
        assertThat(names("/run"))
                .containsExactly("checkpoints", "events.jsonl", "model", "recipe.yaml", "report.html", "report.json");

        RunReport evaluated = SmallRun.job("""
                kind: evaluate
                run: %1$s/run
                dataset: %1$s/dataset
                output: %1$s/evaluation
                """.formatted(root));
        assertThat(evaluated.evaluation().examples()).isEqualTo(6);

        String extract = """
                kind: extract
                input: "%2$s"
                model: "%3$s"
                layer: conv10_pool
                output: "%1$s"
                """;
        SmallRun.job(extract.formatted(root + "/embeddings", root + "/dataset", root + "/run"));
        SmallRun.job(extract.formatted(folder + "/embeddings", local.dataset(), local.run()));
        assertThat(embeddings(root + "/embeddings")).hasSize(24).isEqualTo(embeddings(folder + "/embeddings"));
    }

    @Test
    void aTextIsReplacedInOneStep() throws IOException {
        HadoopFiles files = new HadoopFiles(new FilterFileSystem(hdfs.getFileSystem()) {
            @Override
            public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
                throw new IOException("killed before " + file + " was deleted");
            }

            @Override
            public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to) throws IOException {
                throw new IOException("killed before " + from + " was renamed");
            }
        });
        files.writeText(path("/texts/epochs.json"), "old");
        files.writeText(path("/texts/epochs.json"), "new");
        assertThat(files.readText(path("/texts/epochs.json"))).isEqualTo("new");
        assertThat(names("/texts")).containsExactly("epochs.json");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> SmallRun.job("kind: shard\ninput: %1$s/nowhere\noutput: %1$s/d".formatted(root)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining(root + "/nowhere");
    }
}
