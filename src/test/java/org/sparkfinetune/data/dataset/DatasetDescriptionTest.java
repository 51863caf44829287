package org.sparkfinetune.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.picture.ResizePolicy;
import org.sparkfinetune.storage.HadoopFiles;

class DatasetDescriptionTest {
    private static final DatasetDescription DESCRIPTION = new DatasetDescription(
            1,
            "f",
            "c",
            "file:/photos",
            "s",
            42,
            List.of("a", "b"),
            new SplitFractions(0.8, 0.1, 0.1),
            new ResizePolicy(256),
            Map.of("train", Map.of("a", 3L, "b", 4L)),
            new DatasetDescription.Totals(9, 7, 1, 0, 1),
            Map.of("EMPTY", 1L),
            Map.of("a", 1.5, "b", 0.75),
            new DatasetDescription.Quality(
                    new NearDuplicates(Map.of("test like train", 2L), List.of("x like y"), true), 3),
            Map.of("seed", "42"));

    @TempDir
    java.nio.file.Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        FileSystem local = FileSystem.getLocal(new Configuration());
        Path dataset = new Path(folder.toString());
        new HadoopFiles(local).writeText(new Path(dataset, "dataset.json"), DESCRIPTION.toJson());
        DatasetDescription read = DatasetDescription.read(local, dataset);
        assertThat(read).isEqualTo(DESCRIPTION);
        assertThat(read.pictures(Split.TRAIN)).isEqualTo(7);
        assertThat(read.pictures(Split.TEST)).isZero();
        assertThat(new HadoopFiles(local).list(dataset)).hasSize(1);
    }

    @Test
    void folderWithoutDescriptionIsNoDataset() throws IOException {
        FileSystem local = FileSystem.getLocal(new Configuration());
        assertThatThrownBy(() -> DatasetDescription.read(local, new Path("/absent")))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        "/absent: is not a whole dataset: it has no dataset.json; make it first with a recipe of kind"
                                + " shard: scripts/submit spark-jobs/NAME.yaml --set output=/absent");
    }

    @Test
    void damagedOrNewerDescriptionIsRefused() {
        assertThatThrownBy(() -> DatasetDescription.parse("p", "{"))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("p: is damaged (");
        String newer = DESCRIPTION.toJson().replace("\"formatVersion\" : 1", "\"formatVersion\" : 2");
        assertThatThrownBy(() -> DatasetDescription.parse("p", newer))
                .isInstanceOf(BadDataException.class)
                .hasMessage("p: has format version 2, this program knows 1;"
                        + " make the dataset again with overwrite: true");
    }
}
