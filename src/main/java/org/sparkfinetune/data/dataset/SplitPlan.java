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
 * The split of each picture, or group of pictures. Within a class they are ranked by {@link #orderKey}, and each split
 * takes consecutive ranks. So a plan only needs the key at which each split of a class begins.
 *
 * @param boundaries label to the keys at which its splits begin
 */
public record SplitPlan(Map<Integer, Boundaries> boundaries) implements Serializable {
    /**
     * The boundaries of one class; null when the split is empty.
     *
     * @param validationFrom least key of the validation split
     * @param testFrom least key of the test split
     */
    public record Boundaries(String validationFrom, String testFrom) implements Serializable {}

    public SplitPlan {
        boundaries = new HashMap<>(boundaries);
    }

    /** Returns the place of a picture in the random but repeatable order of the dataset, 64 hexadecimal digits. */
    public static Column orderKey(long seed, String column) {
        return sha2(concat(lit(seed + ":"), col(column)), 256);
    }

    /** Returns one of {@link Split#KEYS}; null when no picture of the class is to be assigned. */
    public String splitOf(Integer label, String orderKey) {
        Boundaries ofLabel = boundaries.get(label);
        if (ofLabel == null) {
            return null;
        }
        if (ofLabel.testFrom() != null && orderKey.compareTo(ofLabel.testFrom()) >= 0) {
            return Split.TEST.key();
        }
        if (ofLabel.validationFrom() != null && orderKey.compareTo(ofLabel.validationFrom()) >= 0) {
            return Split.VALIDATION.key();
        }
        return Split.TRAIN.key();
    }
}
