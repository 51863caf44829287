package org.sparkfinetune.features.similar;

import static org.apache.spark.sql.functions.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;

/**
 * Facts about a table of vectors, from a pass over all of it.
 *
 * @param pictures number of rows, at least 1
 * @param length number of values of each vector, at least 1
 * @param zeros number of zero vectors
 */
public record VectorFacts(int pictures, int length, long zeros) {
    private static final String NO_PATH = "path is null";
    private static final String MISSING = "vector is null";
    private static final String ENDLESS =
            "(isnan(array_max(vector)) or array_max(vector) = float('inf') or array_min(vector) = float('-inf'))";
    private static final String SIZE = "struct(size(vector), path)";
    private static final String ZEROS = "array_max(vector) = 0 and array_min(vector) = 0";

    /**
     * Checks every vector.
     *
     * @param vectors from {@link VectorColumn#vectors}
     * @param place of the table, for messages
     * @param column its name, for messages
     * @throws BadDataException with all problems of the table
     */
    public static VectorFacts of(Dataset<Row> vectors, String place, String column) {
        Row facts = vectors.agg(
                        expr("count(*)"),
                        expr("count_if(" + NO_PATH + ")"),
                        expr("count(path) - count(distinct path)"),
                        expr("count_if(" + MISSING + ")"),
                        expr("min(path) filter (where " + MISSING + ")"),
                        expr("count_if(" + ENDLESS + ")"),
                        expr("min(path) filter (where " + ENDLESS + ")"),
                        expr("min(" + SIZE + ") filter (where vector is not null)"),
                        expr("max(" + SIZE + ") filter (where vector is not null)"),
                        expr("count_if(" + ZEROS + ")"))
                .head();
        List<String> problems = problems(facts, column);
        if (!problems.isEmpty()) {
            throw new BadDataException(
                    problems.stream().map(text -> new Problem(place, text)).toList());
        }
        return new VectorFacts((int) facts.getLong(0), facts.getStruct(7).getInt(0), facts.getLong(9));
    }

    private static List<String> problems(Row facts, String column) {
        List<String> problems = new ArrayList<>();
        long rows = facts.getLong(0);
        if (rows == 0 || rows > Integer.MAX_VALUE) {
            problems.add("holds " + rows + " pictures, allowed are 1 to " + Integer.MAX_VALUE);
        }
        if (facts.getLong(1) > 0) {
            problems.add("has " + facts.getLong(1) + " rows without a path");
        }
        if (facts.getLong(2) > 0) {
            problems.add("has " + facts.getLong(2)
                    + " rows whose path another row has too; the path identifies a picture: keep one row of each");
        }
        if (facts.getLong(3) > 0) {
            problems.add("has " + facts.getLong(3) + " rows without a vector in \"" + column
                    + "\" (sparse ones cannot be read), such as that of " + facts.getString(4));
        }
        if (facts.getLong(5) > 0) {
            problems.add("has " + facts.getLong(5) + " vectors in \"" + column
                    + "\" with NaN or infinity, such as that of " + facts.getString(6)
                    + "; extract them again, or leave these rows out");
        }
        if (rows > facts.getLong(3)) {
            length(facts.getStruct(7), facts.getStruct(8), column).ifPresent(problems::add);
        }
        return problems;
    }

    private static Optional<String> length(Row shortest, Row longest, String column) {
        if (shortest.getInt(0) != longest.getInt(0)) {
            return Optional.of("has vectors of different lengths in \"" + column + "\": " + shortest.getInt(0)
                    + " values for " + shortest.getString(1) + ", " + longest.getInt(0) + " for "
                    + longest.getString(1));
        }
        return longest.getInt(0) > 0 ? Optional.empty() : Optional.of("has empty vectors in \"" + column + "\"");
    }
}
