package org.sparkfinetune.features.similar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.VectorRows;

@Tag("spark")
class VectorFactsTest {
    private static final String PLACE = "file:/table";

    @Test
    void picturesAndLengthAndZerosAreCounted() {
        Map<String, float[]> vectors = VectorRows.random("p", 5, 3, 1);
        vectors.put("zeros", new float[3]);
        assertThat(facts(VectorRows.table(vectors, VectorColumn.VECTOR, 2))).isEqualTo(new VectorFacts(6, 3, 1));
    }

    @Test
    void anEmptyTableIsRefused() {
        assertRefused(
                VectorRows.table(new TreeMap<>(), VectorColumn.VECTOR, 1),
                PLACE + ": holds 0 pictures, allowed are 1 to 2147483647");
    }

    @Test
    void vectorsOfDifferentLengthsAreRefused() {
        assertRefused(
                table("a", new float[] {1, 2}, "b", new float[] {1}, "c", new float[] {1, 2, 3}),
                PLACE + ": has vectors of different lengths in \"embedding\": 1 values for b, 3 for c");
    }

    @Test
    void vectorsWithoutValuesAreRefused() {
        assertRefused(table("a", new float[0], "b", new float[0]), PLACE + ": has empty vectors in \"embedding\"");
    }

    @Test
    void valuesThatAreNoNumbersAreRefused() {
        String message = PLACE + ": has 1 vectors in \"embedding\" with NaN or infinity, such as that of b;"
                + " extract them again, or leave these rows out";
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertRefused(table("a", new float[] {1, 2}, "b", new float[] {1, bad}), message);
        }
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertRefused(
                table("a", null, "b", new float[] {1}, "b", new float[] {2, 3}, null, new float[] {1}),
                PLACE + ": has 1 rows without a path\n"
                        + PLACE + ": has 1 rows whose path another row has too; the path identifies a picture:"
                        + " keep one row of each\n"
                        + PLACE + ": has 1 rows without a vector in \"embedding\" (sparse ones cannot be read), such"
                        + " as that of a\n"
                        + PLACE + ": has vectors of different lengths in \"embedding\": 1 values for null, 2 for b");
    }

    @Test
    void aMissingValueIsRefusedWhenItIsRead() {
        Row row = table("a", Arrays.asList(1f, null, 2f)).head();
        assertThatThrownBy(() -> PictureVector.of(row))
                .isInstanceOf(BadDataException.class)
                .hasMessage("a: has an embedding whose value 1 (0-based) is missing");
    }

    private static void assertRefused(Dataset<Row> table, String message) {
        assertThatThrownBy(() -> facts(table))
                .isInstanceOf(BadDataException.class)
                .hasMessage(message);
    }

    private static VectorFacts facts(Dataset<Row> table) {
        return VectorFacts.of(table, PLACE, "embedding");
    }

    private static Dataset<Row> table(Object... pathsAndVectors) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < pathsAndVectors.length; i += 2) {
            rows.add(RowFactory.create(pathsAndVectors[i], "sha", pathsAndVectors[i + 1]));
        }
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("sha256", DataTypes.StringType)
                .add(VectorColumn.VECTOR, DataTypes.createArrayType(DataTypes.FloatType));
        return LocalSpark.session().createDataFrame(rows, schema);
    }
}
