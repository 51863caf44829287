package org.sparkfinetune.data.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The splits of a dataset, in the order in which pictures are assigned to them. */
public enum Split {
    TRAIN("train"),
    VALIDATION("validation"),
    TEST("test");

    /** The keys of all splits. */
    public static final List<String> KEYS = Stream.of(values()).map(Split::key).toList();

    /** The names that {@link #parse} knows, for messages. */
    public static final String NAMES = "train, training, val, valid, validation, dev, test, testing";

    private static final Map<String, Split> BY_NAME = Map.of(
            "train", TRAIN,
            "training", TRAIN,
            "val", VALIDATION,
            "valid", VALIDATION,
            "validation", VALIDATION,
            "dev", VALIDATION,
            "test", TEST,
            "testing", TEST);

    private final String key;

    Split(String key) {
        this.key = key;
    }

    /** The value in the column {@code split}, in {@code dataset.json} and in recipes. */
    public String key() {
        return key;
    }

    /** Name of the folder inside the dataset. */
    public String folder() {
        return "split=" + key;
    }

    /** The split with this key. */
    public static Split of(String key) {
        return values()[KEYS.indexOf(key)];
    }

    /** The split that people mean by a name; empty if the name does not stand for a split. */
    public static Optional<Split> parse(String name) {
        return Optional.ofNullable(BY_NAME.get(name.strip().toLowerCase(Locale.ROOT)));
    }
}
