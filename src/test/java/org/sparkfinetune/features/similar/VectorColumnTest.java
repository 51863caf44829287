package org.sparkfinetune.features.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.testing.LocalSpark;

@Tag("spark")
class VectorColumnTest {
    private static final StructType TABLE = new StructType()
            .add("path", DataTypes.StringType)
            .add("sha256", DataTypes.StringType)
            .add("width", DataTypes.IntegerType)
            .add("half", DataTypes.BinaryType)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType))
            .add("fc2.pooled", DataTypes.createArrayType(DataTypes.FloatType, false));

    @Test
    void aColumnThatIsNotThereIsRefusedWithThoseThatAre() {
        assertRefused(
                TABLE,
                "embeding",
                "file:/t: has no column \"embeding\" (column); those with vectors are [embedding, fc2.pooled]; did you"
                        + " mean \"embedding\"?");
    }

    @Test
    void aColumnOfAnotherTypeIsRefusedByItsName() {
        assertRefused(
                TABLE,
                "half",
                "file:/t: has a column \"half\" (column) of type binary, allowed are array<float> and vectors of Spark"
                        + " ML; those with vectors are [embedding, fc2.pooled]");
    }

    @Test
    void aTableThatDoesNotNameItsPicturesIsRefused() {
        assertRefused(
                new StructType().add("path", DataTypes.StringType).add("embedding", DataTypes.StringType),
                "embedding",
                "file:/t: has no column \"sha256\", which names the pictures; its columns are [path, embedding]");
    }

    @Test
    void arraysAreReadAsTheyAre() {
        List<Row> rows = List.of(RowFactory.create("a", "x", 1, null, null, new float[] {1.5f, 2}));
        assertThat(VectorColumn.of("file:/t", TABLE, "fc2.pooled")
                        .vectors(LocalSpark.session().createDataFrame(rows, TABLE))
                        .collectAsList())
                .containsExactly(RowFactory.create("a", "x", scala(1.5f, 2f)));
    }

    /** Vectors in Parquet's form: Spark ML's class for the type is not needed. */
    @Test
    void denseVectorsOfSparkMlAreReadAndSparseOnesAreMissing() {
        StructType vector = new StructType()
                .add("type", DataTypes.ByteType)
                .add("size", DataTypes.IntegerType)
                .add("indices", DataTypes.createArrayType(DataTypes.IntegerType))
                .add("values", DataTypes.createArrayType(DataTypes.DoubleType));
        StructType table = new StructType()
                .add("path", DataTypes.StringType)
                .add("sha256", DataTypes.StringType)
                .add("features", vector);
        List<Row> rows = List.of(
                RowFactory.create("a", "x", RowFactory.create((byte) 1, null, null, new double[] {1.5, 2})),
                RowFactory.create("b", "y", RowFactory.create((byte) 0, 2, new int[] {1}, new double[] {2})));
        assertThat(VectorColumn.of("file:/t", table, "features")
                        .vectors(LocalSpark.session().createDataFrame(rows, table))
                        .collectAsList())
                .containsExactly(RowFactory.create("a", "x", scala(1.5f, 2f)), RowFactory.create("b", "y", null));
    }

    private static Object scala(Object... values) {
        return scala.collection.mutable.WrappedArray.make(values);
    }

    private static void assertRefused(StructType schema, String column, String message) {
        assertThatThrownBy(() -> VectorColumn.of("file:/t", schema, column))
                .isInstanceOf(BadDataException.class)
                .hasMessage(message);
    }
}
