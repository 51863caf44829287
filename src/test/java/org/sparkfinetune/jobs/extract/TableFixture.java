package org.sparkfinetune.jobs.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.RecordedProgress;
import org.sparkfinetune.testing.SmallRun;

/** Two pictures and a small run, for tests of jobs that make a table of pictures. */
abstract class TableFixture {
    static SmallRun shared;

    final RecordedProgress progress = new RecordedProgress();

    @TempDir
    Path folder;

    @BeforeAll
    static void train() {
        shared = SmallRun.shared();
    }

    @BeforeEach
    void twoPictures() throws IOException {
        put("blue/1.png");
        put("red/1.png");
    }

    RunReport job(String kind, String output, String engine, String settings) {
        return SmallRun.job("""
                kind: %s
                input: "%s/pictures"
                model: "%s"
                output: "%s/%s"
                inference: {engine: %s}
                %s
                """.formatted(kind, folder, shared.run(), folder, output, engine, settings), progress);
    }

    /** Copies a picture of the run's into the input. */
    void put(String name) throws IOException {
        Path file = folder.resolve("pictures").resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Files.readAllBytes(shared.pictures().resolve(name)));
    }

    List<Row> rows(String table) {
        return LocalSpark.session()
                .read()
                .parquet(folder + "/" + table)
                .orderBy("path")
                .collectAsList();
    }
}
