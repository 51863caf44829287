package org.sparkfinetune.data.source;

import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Failures;
import org.sparkfinetune.storage.SparkFailures;

/** Opens tables and finds their columns. */
final class TableReader {
    /** Columns of paths that are found without {@code source.columns.path}. */
    static final List<String> USUAL_PATHS = List.of("path", "file_name");

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
                            "cannot be read as a table of format " + format + ": " + Failures.firstLine(failure));
        }
    }

    /**
     * Returns the column that the user named, or the first existing one of the usual columns.
     *
     * @param key key below source.columns, for messages
     * @throws BadDataException when none of them exists
     */
    static String column(String key, String named, List<String> usual, StructType schema, Path table) {
        List<String> there = Arrays.asList(schema.fieldNames());
        if (!named.isEmpty()) {
            return named; // RowTags checks that it exists
        }
        return usual.stream()
                .filter(there::contains)
                .findFirst()
                .orElseThrow(() -> new BadDataException(
                        table.toString(),
                        "has no column " + String.join(" or ", usual) + " but " + there + "; set source.columns."
                                + key));
    }
}
