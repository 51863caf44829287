package org.sparkfinetune.data;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.sparkfinetune.check.Sha256;

/**
 * Which split a picture belongs to. Within a class pictures are ranked by {@link #orderKey}, and each split takes a run of ranks;
 * all that has to be known of a class is therefore the key at which each split begins.
 *
 * @param seed of the order
 * @param boundaries label to the keys at which its splits begin
 */
public record SplitPlan(long seed, Map<Integer, Boundaries> boundaries) implements Serializable {
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
    public String orderKey(String sha256) {
        return Sha256.of(seed + ":" + sha256);
    }

    /** One of {@link DatasetSchema#SPLITS}. */
    public String splitOf(int label, String orderKey) {
        Boundaries ofLabel = Objects.requireNonNull(boundaries.get(label), "label without a plan");
        if (ofLabel.testFrom() != null && orderKey.compareTo(ofLabel.testFrom()) >= 0) {
            return DatasetSchema.TEST;
        }
        if (ofLabel.validationFrom() != null && orderKey.compareTo(ofLabel.validationFrom()) >= 0) {
            return DatasetSchema.VALIDATION;
        }
        return DatasetSchema.TRAIN;
    }
}
