package org.sparkfinetune.jobs.pictures;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetSchema;

/**
 * The pictures of an input that a job rejected.
 *
 * @param files number of files of the input
 * @param perClass number of rejected files by error class
 */
public record RejectedFiles(long files, Map<String, Long> perClass) {
    private static final int EXAMPLES_SHOWN = 3;

    public RejectedFiles {
        perClass = new TreeMap<>(perClass);
    }

    private long rejected() {
        return perClass.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether they are more than a recipe allows. */
    public boolean tooMany(double maxRejectedFraction) {
        return rejected() > maxRejectedFraction * files;
    }

    /** Some paths with their errors, from rows with the columns of {@link DatasetSchema#REJECTS}. */
    public static String examples(Dataset<Row> rejected) {
        return rejected
                .select(DatasetSchema.PATH, DatasetSchema.ERROR)
                .orderBy(DatasetSchema.PATH)
                .takeAsList(EXAMPLES_SHOWN)
                .stream()
                .map(row -> row.getString(0) + " (" + row.getString(1) + ")")
                .collect(Collectors.joining("; "));
    }

    /**
     * The refusal of an input with too many rejected files.
     *
     * @param examples see {@link #examples}
     * @param list folder with the list of all rejected files
     */
    public BadDataException refusal(String input, double maxRejectedFraction, String examples, Path list) {
        String classes = perClass.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return new BadDataException(
                input,
                rejected() + " of " + files + " pictures were rejected (" + classes + "), but maxRejectedFraction is "
                        + maxRejectedFraction + "; for example " + examples + "; all of them are listed in " + list
                        + "; fix or delete them, or raise maxRejectedFraction");
    }
}
