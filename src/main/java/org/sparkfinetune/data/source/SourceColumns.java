package org.sparkfinetune.data.source;

import java.io.Serializable;
import org.sparkfinetune.config.Key;

/**
 * Names of the columns of a table, or of the fields of the JSON in a tar.
 *
 * @param path empty for the first existing column of path, file_name
 * @param image empty for the first existing column of image, content
 */
public record SourceColumns(
        @Key(
                value = "Column of the paths; relative ones are below source.root. Empty: path or file_name",
                defaultValue = "''")
        String path,

        @Key(value = "Column of the encoded pictures. Empty: image or content", defaultValue = "''")
        String image,

        @Key(
                value = "Column of the labels. Empty: label, and where there is none the name of the picture's folder",
                defaultValue = "''")
        String label,

        @Key(value = "Column of train, validation or test. Empty: pictures are assigned", defaultValue = "''")
        String split,

        @Key(
                value = "Column of what must not be torn apart by a split, such as the patient. Empty: nothing",
                defaultValue = "''")
        String group)
        implements Serializable {
    /** The usual names. */
    public static final SourceColumns USUAL = new SourceColumns("", "", "", "", "");
}
