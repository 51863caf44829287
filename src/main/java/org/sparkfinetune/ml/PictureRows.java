package org.sparkfinetune.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.inference.forward.PictureResult;

/**
 * Runs the pictures of a table through a network and adds the results to their rows, keeping the order. Works on tables
 * and on streams.
 *
 * @param column column of the pictures
 * @param output columns to add
 * @param invalid treatment of rows without a usable picture
 * @param batchSize pictures in one forward pass
 */
record PictureRows(PictureColumn column, PictureOutput output, InvalidPictures invalid, int batchSize)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(PictureRows.class);

    /**
     * Creates it from the parameters of a transformer.
     *
     * @param schema schema of the table
     * @throws InvalidRequestException when it has no such column of pictures, or already has one of the new columns
     */
    static PictureRows of(Params owner, PictureParams params, StructType schema, PictureOutput output, int batchSize) {
        PictureColumn column = PictureColumn.of(schema, owner.getOrDefault(params.inputCol()));
        List<String> there = Arrays.asList(schema.fieldNames());
        List<Problem> problems = output.fields().stream()
                .filter(field -> there.contains(field.name()))
                .map(field ->
                        new Problem("column " + field.name(), "exists already; choose another name for the new one"))
                .toList();
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        return new PictureRows(column, output, params.invalidOf(owner), batchSize);
    }

    /** Returns the table with the new columns; nothing is computed before rows are requested. */
    Dataset<Row> through(EngineSpec network, Dataset<Row> table) {
        SparkContext spark = table.sparkSession().sparkContext();
        Broadcast<SerializableConfiguration> hadoop = JavaSparkContext.fromSparkContext(spark)
                .broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        LongAccumulator rejected = spark.longAccumulator("pictures rejected");
        PictureForward<Row> forward = new PictureForward<>(
                network,
                PictureLimits.DEFAULT,
                batchSize,
                row -> column.encoded(row, hadoop.value().value()),
                ForwardMeter.register(spark));
        MapPartitionsFunction<Row, Row> extend = rows -> extended(forward.call(rows), rejected);
        StructType schema = schema(table.schema());
        // Restores the metadata of columns, which an encoder loses.
        Column[] columns = Stream.of(schema.fields())
                .map(field -> EmbeddingTable.quoted(field.name()).as(field.name(), field.metadata()))
                .toArray(Column[]::new);
        return table.mapPartitions(extend, Encoders.row(schema)).select(columns);
    }

    /** Returns the schema of the table with the new columns. */
    StructType schema(StructType table) {
        StructType schema = table;
        for (StructField field : output.fields()) {
            boolean nullable = field.nullable() || invalid == InvalidPictures.KEEP;
            schema = schema.add(new StructField(field.name(), field.dataType(), nullable, field.metadata()));
        }
        return schema;
    }

    private Iterator<Row> extended(Iterator<PictureResult<Row>> results, LongAccumulator rejected) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(results, Spliterator.ORDERED), false)
                .map(result -> extended(result, rejected))
                .filter(Objects::nonNull)
                .iterator();
    }

    /** Returns null when the row is left out. */
    private Row extended(PictureResult<Row> result, LongAccumulator rejected) {
        if (result instanceof PictureResult.Done<Row> done) {
            return joined(done.source(), output.values(done.activations()[0]));
        }
        PictureResult.Rejected<Row> bad = (PictureResult.Rejected<Row>) result;
        String name = column.named(bad.source());
        if (invalid == InvalidPictures.ERROR) {
            throw new BadDataException(
                    name, bad.message() + "; handleInvalid = skip leaves such rows out, keep gives them nulls");
        }
        rejected.add(1);
        LOG.warn("{}: {} (handleInvalid = {})", name, bad.message(), invalid.text());
        return invalid == InvalidPictures.SKIP
                ? null
                : joined(bad.source(), new Object[output.fields().size()]);
    }

    private static Row joined(Row row, Object[] values) {
        Object[] all = new Object[row.size() + values.length];
        for (int i = 0; i < row.size(); i++) {
            all[i] = row.get(i);
        }
        System.arraycopy(values, 0, all, row.size(), values.length);
        return RowFactory.create(all);
    }
}
