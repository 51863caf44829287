package org.sparkfinetune.data.source;

import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.storage.SparkFailures;

/** Opens tables, and finds columns in them. */
final class TableReader {
    private TableReader() {}

    /** @throws BadDataException when the table cannot be opened */
    static Dataset<Row> read(Path path, InputFormat format, SourceReading reading) {
        DataFrameReader reader = reading.tables().get();
        try {
            return switch (format) {
                case CSV ->
                    reader.option("header", true)
                            .option("sep", path.getName().endsWith(".tsv") ? "\t" : ",")
                            .option("escape", "\"")
                            .csv(path.toString());
                // Not 007 as the number 7: labels are names.
                case JSONL -> reader.option("primitivesAsString", true).json(path.toString());
                default -> reader.parquet(path.toString());
            };
        } catch (Exception failure) { // Spark throws AnalysisException, checked, undeclared
            RuntimeException translated = SparkFailures.translate(failure, path.toString());
            throw translated instanceof BadDataException known
                    ? known
                    : new BadDataException(
                            path.toString(),
                            "cannot be read as a table of format " + format + ": " + firstLine(failure));
        }
    }

    /**
     * The column that the user named, or the first of the usual ones that is there.
     *
     * @param key below source.columns, for messages
     * @throws BadDataException when there is none
     */
    static String column(String key, String named, List<String> usual, StructType schema, Path table) {
        List<String> there = Arrays.asList(schema.fieldNames());
        if (!named.isEmpty()) {
            return named; // that it is there is checked with all the others
        }
        return usual.stream()
                .filter(there::contains)
                .findFirst()
                .orElseThrow(() -> new BadDataException(
                        table.toString(),
                        "has no column " + String.join(" or ", usual) + " but " + there + "; set source.columns."
                                + key));
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("");
    }
}
