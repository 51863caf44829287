package org.sparkfinetune.jobs.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class PartFilesTest {
    private static final StructType NUMBERS = new StructType().add("number", DataTypes.IntegerType);

    @TempDir
    private Path folder;

    @Test
    void aTaskThatFailsLeavesNoUnfinishedFile() throws IOException {
        JobContext context = new JobContext(LocalSpark.session(), Progress.silent());
        PartFiles parts = PartFiles.of(context, new org.apache.hadoop.fs.Path(folder.toString()), NUMBERS);
        assertThatThrownBy(() -> parts.write(
                        rows(context, 2), LocalSpark.session().sparkContext().longAccumulator("nanos")))
                .isInstanceOf(SparkException.class)
                .hasMessageContaining("number 3 is broken");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("_unfinished")))
                    .isEmpty();
        }
        assertThat(parts.ofEarlierRuns().count()).isZero();
        assertThat(parts.ofThisRun().where("number = 3").count()).isZero();
    }

    private static JavaRDD<InternalRow> rows(JobContext context, int partitions) {
        return context.java().parallelize(List.of(0, 1, 2, 3), partitions).map(number -> {
            if (number == 3) {
                throw new IllegalStateException("number 3 is broken");
            }
            return new GenericInternalRow(new Object[] {number});
        });
    }
}
