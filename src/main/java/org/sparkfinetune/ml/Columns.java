package org.sparkfinetune.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;

/** The columns that parameters name. */
final class Columns {
    private Columns() {}

    /**
     * A column by its name.
     *
     * @param parameter that names it, for the message
     * @throws InvalidRequestException when there is no such column
     */
    static StructField require(StructType schema, String parameter, String name) {
        List<String> there = Arrays.asList(schema.fieldNames());
        if (!there.contains(name)) {
            throw new InvalidRequestException(
                    parameter, "is " + name + ", but the columns are " + there + Suggestion.didYouMean(name, there));
        }
        return schema.apply(name);
    }

    /** A column that is there, but of a type that cannot be used. */
    static InvalidRequestException wrongType(String parameter, StructField column, String allowed) {
        return new InvalidRequestException(
                parameter,
                "is " + column.name() + ", a column of " + column.dataType().simpleString() + "; allowed " + allowed);
    }
}
