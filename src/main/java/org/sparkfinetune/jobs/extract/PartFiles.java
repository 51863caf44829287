package org.sparkfinetune.jobs.extract;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * A folder of Parquet files that are committed one by one: each task renames its file to the final name when it is
 * complete. So the work of a task is kept when the driver, an executor or the cluster is lost a moment later. Spark's
 * own writer commits only after the last task.
 *
 * @param folder folder that only this class writes
 * @param schema schema of every file
 * @param run part of the names of the files that this job writes
 */
record PartFiles(JobContext context, Path folder, StructType schema, String run) {
    private static final String PART = "part-";
    private static final String UNFINISHED = "_unfinished.";

    /** The files of a job that begins. */
    static PartFiles of(JobContext context, Path folder, StructType schema) {
        return new PartFiles(context, folder, schema, UUID.randomUUID().toString());
    }

    /** Rows that earlier jobs committed. */
    Dataset<Row> ofEarlierRuns() {
        return rows(name -> name.startsWith(PART) && !name.startsWith(PART + run));
    }

    /** Rows that this job has committed. */
    Dataset<Row> ofThisRun() {
        return rows(name -> name.startsWith(PART + run));
    }

    private Dataset<Row> rows(Predicate<String> wanted) {
        String[] files = context.files(folder).list(folder).stream()
                .map(FileStatus::getPath)
                .filter(file -> wanted.test(file.getName()))
                .map(Path::toString)
                .toArray(String[]::new);
        return files.length == 0
                ? context.spark().createDataFrame(List.of(), schema)
                : context.spark().read().schema(schema).parquet(files);
    }

    /**
     * Writes one file for each partition that is not empty.
     *
     * @param writeNanos counter of the time spent on writing, without that of making the rows
     */
    void write(JavaRDD<InternalRow> rows, LongAccumulator writeNanos) {
        context.files(folder).makeFolder(folder);
        PartWriter writer = new PartWriter(
                ParquetOutput.of(context, schema), folder.toString(), run + "-" + UUID.randomUUID(), writeNanos);
        rows.mapPartitionsWithIndex(writer, true).count();
    }

    /** Writes one partition. If an earlier attempt of the task has committed its file, does nothing. */
    private record PartWriter(ParquetOutput output, String folder, String pass, LongAccumulator nanos)
            implements Function2<Integer, Iterator<InternalRow>, Iterator<String>> {
        private static final long serialVersionUID = 1L;

        @Override
        public Iterator<String> call(Integer partition, Iterator<InternalRow> rows) throws IOException {
            Path part = new Path(folder, String.format(PART + "%s-%05d.parquet", pass, partition));
            HadoopFiles files = HadoopFiles.of(part, output.configuration());
            List<String> written = new ArrayList<>();
            if (!files.exists(part) && rows.hasNext()) {
                Path unfinished = new Path(folder, UNFINISHED + UUID.randomUUID() + ".parquet");
                try (Closeable failed = () -> files.delete(unfinished)) {
                    write(unfinished, rows);
                    files.publishOnce(unfinished, part);
                }
                written.add(part.getName());
            }
            return written.iterator();
        }

        private void write(Path file, Iterator<InternalRow> rows) throws IOException {
            OutputWriter writer = output.open(file);
            try (Closeable end = () -> timed(writer::close)) {
                while (rows.hasNext()) {
                    InternalRow row = rows.next();
                    timed(() -> writer.write(row));
                }
            }
        }

        private void timed(Runnable writing) {
            long start = System.nanoTime();
            writing.run();
            nanos.add(System.nanoTime() - start);
        }
    }
}
