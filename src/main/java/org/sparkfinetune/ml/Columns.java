package org.sparkfinetune.ml;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;

/** Finds the columns named by parameters. */
final class Columns {
    private Columns() {}

    /**
     * Returns a column by name.
     *
     * @param parameter parameter that names the column, for the message
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

    /** Creates the error for an existing column of a type that cannot be used. */
    static InvalidRequestException wrongType(String parameter, StructField column, String allowed) {
        return new InvalidRequestException(
                parameter,
                "is " + column.name() + ", a column of " + column.dataType().simpleString() + "; allowed " + allowed);
    }
}
