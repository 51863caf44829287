import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Prints the first rows of a table that a job wrote (Parquet), one JSON object per line, without columns of bytes.
 *
 * <pre>
 * java @docs/examples/spark.options docs/examples/ShowTable.java my/dataset/rejected 20
 * </pre>
 */
public final class ShowTable {
    private ShowTable() {}

    public static void main(String[] args) {
        if (args.length != 2 || !args[1].matches("[1-9]\\d{0,4}")) {
            System.err.println("Usage: ShowTable.java FOLDER ROWS");
            System.exit(2);
        }
        try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
            Dataset<Row> table = spark.read().parquet(args[0]);
            Column[] shown = Arrays.stream(table.schema().fields())
                    .filter(field -> !field.dataType().equals(DataTypes.BinaryType))
                    .map(field -> table.col("`" + field.name() + "`"))
                    .toArray(Column[]::new);
            Dataset<Row> rows = table.select(shown);
            rows.toJSON().takeAsList(Integer.parseInt(args[1])).forEach(System.out::println);
            System.out.println(rows.count() + " rows in all");
        }
    }
}
