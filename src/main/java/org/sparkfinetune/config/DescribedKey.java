package org.sparkfinetune.config;

/**
 * The description of one key for the reference.
 *
 * @param path dotted, from the top of the file; {@code stages[].epochs} is a key of each element of a list
 * @param meaning text of its {@link Key}
 * @param type text, whole number, number, true or false, list of …, mapping …
 * @param defaultValue YAML, {@link #REQUIRED}, or {@link #DEPENDS} where the record chooses a value itself
 * @param allowed range or values; empty when the type is enough
 * @param group whether the value is a mapping, or a list of mappings, with keys of its own
 */
public record DescribedKey(
        String path, String meaning, String type, String defaultValue, String allowed, boolean group) {
    /** Instead of a default: the key must be given. */
    public static final String REQUIRED = "required";
    /** Instead of a default: the value is derived from other keys. */
    public static final String DEPENDS = "depends";

    /**
     * Returns the path of the mapping that contains the key, with {@code []} for an element of a list; empty at the
     * top.
     */
    public String parent() {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    /** Whether {@link #defaultValue} is YAML. */
    public boolean hasDefault() {
        return !defaultValue.equals(REQUIRED) && !defaultValue.equals(DEPENDS);
    }
}
