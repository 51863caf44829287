package org.sparkfinetune.data.source;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.data.dataset.DatasetSchema;

/** The names that people give to splits. */
final class SplitNames {
    private static final Map<String, String> KNOWN = Map.of(
            "train", DatasetSchema.TRAIN,
            "training", DatasetSchema.TRAIN,
            "val", DatasetSchema.VALIDATION,
            "valid", DatasetSchema.VALIDATION,
            "validation", DatasetSchema.VALIDATION,
            "dev", DatasetSchema.VALIDATION,
            "test", DatasetSchema.TEST,
            "testing", DatasetSchema.TEST);

    /** For messages. */
    static final String ALLOWED = "train, training, val, valid, validation, dev, test, testing";

    private SplitNames() {}

    /** One of {@link DatasetSchema#SPLITS}; nothing when the name is none of a split. */
    static Optional<String> parse(String name) {
        return Optional.ofNullable(KNOWN.get(name.strip().toLowerCase(Locale.ROOT)));
    }
}
