package org.sparkfinetune.jobs.evaluate;

/** A split of a dataset, named as in its folders. */
public enum SplitName {
    TRAIN("train"),
    VALIDATION("validation"),
    TEST("test");

    private final String folderValue;

    SplitName(String folderValue) {
        this.folderValue = folderValue;
    }

    /** The value in {@code split=…}. */
    public String folderValue() {
        return folderValue;
    }
}
