package org.sparkfinetune.data.source;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.data.picture.PictureFile;

/** A collection of pictures, in one of the ways in which people keep them. Every kind lists the same thing. */
public sealed interface PictureInput permits ClassFolders, SplitFolders, FlatFolder, PathTable, ByteTable, TarShards {
    /** The folder or file that the user named. */
    Path root();

    /** What it is, plural, for progress lines. */
    String description();

    /** Lists the pictures, in executor tasks; nothing runs before an action does. */
    JavaRDD<PictureFile> pictures(SourceReading reading);

    /** Labels that are known without listing, such as folders of classes, empty ones too; nothing when only pictures tell. */
    default List<String> declaredLabels() {
        return List.of();
    }

    /** Whether the bytes travel with the listing: such pictures are neither kept nor shuffled for a better balance. */
    default boolean carriesBytes() {
        return false;
    }

    /** Where a label is, for messages. */
    default String placeOf(String labelName) {
        return root() + " (" + labelName + ")";
    }
}
