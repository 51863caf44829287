package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.features.EmbeddingTable;

/**
 * The column with the class of each picture.
 *
 * @param numeric whether it has whole numbers from 0; otherwise text
 * @param names names of the numbers, as StringIndexer adds them to the column; empty when there are none
 */
record LabelColumn(String name, boolean numeric, List<String> names) {
    /** Largest number that shard orders numerically as a class name. */
    private static final long LARGEST = 999_999_999L;

    LabelColumn {
        names = List.copyOf(names);
    }

    /** @throws InvalidRequestException when there is no such column, or it cannot contain labels */
    static LabelColumn of(StructType schema, String name) {
        StructField field = Columns.require(schema, "labelCol", name);
        if (field.dataType() instanceof StringType) {
            return new LabelColumn(name, false, List.of());
        }
        if (!(field.dataType() instanceof NumericType)) {
            throw Columns.wrongType("labelCol", field, "are numbers (0, 1, 2, …) and text");
        }
        Attribute attribute = Attribute.fromStructField(field);
        boolean named = attribute instanceof NominalAttribute nominal
                && nominal.values().isDefined();
        return new LabelColumn(
                name,
                true,
                named ? List.of(((NominalAttribute) attribute).values().get()) : List.of());
    }

    /** Names of classes, as shard takes them; null where a number is not a label. */
    Column text() {
        Column label = EmbeddingTable.quoted(name);
        if (!numeric) {
            return label;
        }
        Column number = label.cast("double");
        return when(
                number.equalTo(floor(number)).and(number.between(0, LARGEST)),
                number.cast("long").cast("string"));
    }

    /**
     * Returns the classes of a network's outputs.
     *
     * @param trained names of the classes it was trained on, those of {@link #text}, in its order
     */
    Classes classes(List<String> trained) {
        if (!numeric) {
            return new Classes(IntStream.range(0, trained.size()).boxed().toList(), trained);
        }
        List<Integer> labels = trained.stream().map(Integer::valueOf).toList();
        return new Classes(
                labels,
                labels.stream()
                        .map(label -> label < names.size() ? names.get(label) : String.valueOf(label))
                        .toList());
    }
}
