package org.sparkfinetune.data.source;

/** Names of hidden files: those that begin with a dot or an underscore. */
final class HiddenNames {
    private HiddenNames() {}

    static boolean contain(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }
}
