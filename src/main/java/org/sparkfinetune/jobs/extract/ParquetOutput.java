package org.sparkfinetune.jobs.extract;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.jobs.run.JobContext;

/**
 * Lets tasks write Parquet files like Spark's own writer, but with names and at times of their choice.
 *
 * @param schema schema of every file
 */
record ParquetOutput(OutputWriterFactory writers, SerializableConfiguration hadoop, StructType schema)
        implements Serializable {
    /** Makes the output; called in the driver. */
    static ParquetOutput of(JobContext context, StructType schema) {
        Job job = job(context);
        OutputWriterFactory writers = new ParquetFileFormat()
                .prepareWrite(
                        context.spark(), job, scala.collection.immutable.Map$.MODULE$.<String, String>empty(), schema);
        return new ParquetOutput(writers, new SerializableConfiguration(job.getConfiguration()), schema);
    }

    private static Job job(JobContext context) {
        try {
            return Job.getInstance(context.hadoop());
        } catch (IOException e) {
            throw new IllegalStateException("Hadoop cannot describe a job", e);
        }
    }

    /** Begins a file; called in a task. */
    OutputWriter open(Path file) {
        return writers.newInstance(
                file.toString(), schema, new TaskAttemptContextImpl(hadoop.value(), new TaskAttemptID()));
    }

    /** Settings for tasks. */
    Configuration configuration() {
        return hadoop.value();
    }
}
