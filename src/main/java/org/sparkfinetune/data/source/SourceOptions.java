package org.sparkfinetune.data.source;

import org.sparkfinetune.config.Key;

/**
 * How an input is to be read.
 *
 * @param root base folder of relative paths; empty for the folder of the table
 */
public record SourceOptions(
        @Key(
                value = "What the input is: auto (found out from what is there), folders of classes, of splits or of"
                        + " neither (flat), a table of paths or pictures, a Hugging Face image folder, or tar"
                        + " files",
                defaultValue = "auto")
        InputFormat format,

        @Key(value = "Folder below which the relative paths of a table are. Empty: the table's", defaultValue = "''")
        String root,

        @Key(value = "Names of the columns of a table", defaultValue = "{}")
        SourceColumns columns) {
    /** Detects the format, with the usual names of columns. */
    public static final SourceOptions AUTO = new SourceOptions(InputFormat.AUTO, "", SourceColumns.USUAL);
}
