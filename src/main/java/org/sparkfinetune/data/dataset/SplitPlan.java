package org.sparkfinetune.data.dataset;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;

/**
 * Which split a picture, or a group of pictures, belongs to. Within a class they are ranked by {@link #orderKey}, and each split
 * takes a run of ranks; all that has to be known of a class is therefore the key at which each split begins.
 *
 * @param boundaries label to the keys at which its splits begin
 */
public record SplitPlan(Map<Integer, Boundaries> boundaries) implements Serializable {
    /**
     * Of one class; null when the split is empty.
     *
     * @param validationFrom least key of the validation split
     * @param testFrom least key of the test split
     */
    public record Boundaries(String validationFrom, String testFrom) implements Serializable {}

    public SplitPlan {
        boundaries = new HashMap<>(boundaries);
    }

    /** Where a picture stands in the random but repeatable order of the dataset: 64 hexadecimal digits. */
    public static Column orderKey(long seed, String column) {
        return sha2(concat(lit(seed + ":"), col(column)), 256);
    }

    /** One of {@link DatasetSchema#SPLITS}; null when the class has nothing to deal. */
    public String splitOf(Integer label, String orderKey) {
        Boundaries ofLabel = boundaries.get(label);
        if (ofLabel == null) {
            return null;
        }
        if (ofLabel.testFrom() != null && orderKey.compareTo(ofLabel.testFrom()) >= 0) {
            return DatasetSchema.TEST;
        }
        if (ofLabel.validationFrom() != null && orderKey.compareTo(ofLabel.validationFrom()) >= 0) {
            return DatasetSchema.VALIDATION;
        }
        return DatasetSchema.TRAIN;
    }
}
