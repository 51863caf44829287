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
import org.sparkfinetune.inference.forward.Outcome;
import org.sparkfinetune.inference.forward.PictureForward;

/**
 * Runs the pictures of a table through a network and adds what comes out to their rows, whose order stays. Works on tables and
 * on streams of them.
 *
 * @param column of the pictures
 * @param output what is added
 * @param invalid what becomes of rows without a usable picture
 * @param batchSize pictures in one forward pass
 */
record PictureRows(PictureColumn column, PictureOutput output, InvalidPictures invalid, int batchSize)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(PictureRows.class);

    /**
     * By the parameters of a transformer.
     *
     * @param schema of the table
     * @throws InvalidRequestException when it has no column of pictures of the name, or one of a new column
     */
    static PictureRows of(Params owner, PictureParams params, StructType schema, PictureOutput output, int batchSize) {
        PictureColumn column = PictureColumn.of(schema, owner.getOrDefault(params.inputCol()));
        List<String> there = Arrays.asList(schema.fieldNames());
        List<Problem> problems = output.fields().stream()
                .filter(field -> there.contains(field.name()))
                .map(field ->
                        new Problem("column " + field.name(), "is there already; choose another name for the new one"))
                .toList();
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
        return new PictureRows(column, output, params.invalidOf(owner), batchSize);
    }

    /** The table with the new columns; nothing is computed before somebody asks for rows. */
    Dataset<Row> through(EngineSpec network, Dataset<Row> table) {
        SparkContext spark = table.sparkSession().sparkContext();
        Broadcast<SerializableConfiguration> hadoop = JavaSparkContext.fromSparkContext(spark)
                .broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        LongAccumulator refused = spark.longAccumulator("pictures refused");
        PictureForward<Row> forward = new PictureForward<>(
                network,
                PictureLimits.DEFAULT,
                batchSize,
                row -> column.encoded(row, hadoop.value().value()),
                ForwardMeter.register(spark));
        MapPartitionsFunction<Row, Row> extend = rows -> extended(forward.call(rows), refused);
        StructType schema = schema(table.schema());
        // What columns are said to mean is lost in an encoder.
        Column[] columns = Stream.of(schema.fields())
                .map(field -> EmbeddingTable.quoted(field.name()).as(field.name(), field.metadata()))
                .toArray(Column[]::new);
        return table.mapPartitions(extend, Encoders.row(schema)).select(columns);
    }

    /** Of the table with the new columns. */
    StructType schema(StructType table) {
        StructType schema = table;
        for (StructField field : output.fields()) {
            boolean nullable = field.nullable() || invalid == InvalidPictures.KEEP;
            schema = schema.add(new StructField(field.name(), field.dataType(), nullable, field.metadata()));
        }
        return schema;
    }

    private Iterator<Row> extended(Iterator<Outcome<Row>> outcomes, LongAccumulator refused) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(outcomes, Spliterator.ORDERED), false)
                .map(outcome -> extended(outcome, refused))
                .filter(Objects::nonNull)
                .iterator();
    }

    /** Null when the row is left out. */
    private Row extended(Outcome<Row> outcome, LongAccumulator refused) {
        if (outcome instanceof Outcome.Done<Row> done) {
            return joined(done.source(), output.values(done.activations()[0]));
        }
        Outcome.Refused<Row> bad = (Outcome.Refused<Row>) outcome;
        String name = column.named(bad.source());
        if (invalid == InvalidPictures.ERROR) {
            throw new BadDataException(
                    name, bad.message() + "; handleInvalid = skip leaves such rows out, keep gives them nulls");
        }
        refused.add(1);
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
