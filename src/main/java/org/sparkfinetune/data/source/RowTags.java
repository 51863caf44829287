package org.sparkfinetune.data.source;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.check.Suggestion;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.PictureTags;

/**
 * Reads label, split and group from the rows of a table.
 *
 * @param table path of the table, for messages
 * @param label column of the label; null for the name of the folder of the picture
 * @param split column of the split; null when pictures are assigned
 * @param group column of the group; null when there are no groups
 */
record RowTags(String table, String label, String split, String group) implements Serializable {
    private static final String LABEL = "label";

    /**
     * Checks the names that the user gave against the columns of the table.
     *
     * @throws InvalidRequestException with every column that does not exist
     */
    static RowTags of(SourceColumns columns, StructType schema, String table) {
        List<String> there = Arrays.asList(schema.fieldNames());
        requireThere(columns, there, table);
        boolean usualLabel = columns.label().isEmpty();
        return new RowTags(
                table,
                usualLabel ? (there.contains(LABEL) ? LABEL : null) : columns.label(),
                orNull(columns.split()),
                orNull(columns.group()));
    }

    private static void requireThere(SourceColumns columns, List<String> there, String table) {
        List<Problem> problems = Stream.of(
                        new String[] {"path", columns.path()},
                        new String[] {"image", columns.image()},
                        new String[] {"label", columns.label()},
                        new String[] {"split", columns.split()},
                        new String[] {"group", columns.group()})
                .filter(key -> !key[1].isEmpty() && !there.contains(key[1]))
                .map(key -> new Problem(
                        "source.columns." + key[0],
                        "is " + key[1] + ", but " + table + " has the columns " + there
                                + Suggestion.didYouMean(key[1], there)))
                .toList();
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    /** @param path path of the picture; null when it has none */
    PictureTags read(Row row, String path) {
        String labelName = label == null ? folderOf(path) : text(row, label);
        return new PictureTags(labelName, split(row), group == null ? null : text(row, group));
    }

    private String split(Row row) {
        String name = split == null ? null : text(row, split);
        return name == null ? null : split(name, table + ", column " + split);
    }

    /** @throws BadDataException when the name is not that of a split */
    static String split(String name, String place) {
        return Split.parse(name)
                .map(Split::key)
                .orElseThrow(() -> new BadDataException(
                        place, "holds \"" + name + "\", allowed are " + Split.NAMES + ", and nothing"));
    }

    /** Returns the name of the folder of a picture; null when there is none. */
    static String folderOf(String path) {
        Path parent = path == null || path.isEmpty() ? null : new Path(path).getParent();
        return parent == null || parent.getName().isEmpty() ? null : parent.getName();
    }

    /** Returns the value of a column as text; null when it is null or blank. */
    static String text(Row row, String column) {
        return Optional.ofNullable((Object) row.getAs(column))
                .map(value -> value.toString().strip())
                .filter(value -> !value.isEmpty())
                .orElse(null);
    }

    private static String orNull(String name) {
        return name.isEmpty() ? null : name;
    }
}
