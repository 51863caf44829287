package org.sparkfinetune.data.source;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.data.picture.PictureFile;

/** A collection of pictures in one of the usual formats. */
public sealed interface PictureInput permits ClassFolders, SplitFolders, FlatFolder, PathTable, ByteTable, TarShards {
    /** Returns the folder or file that the user named. */
    Path root();

    /** Returns a description, plural, for progress lines. */
    String description();

    /** Lists the pictures, in executor tasks; nothing runs before an action does. */
    JavaRDD<PictureFile> pictures(SourceReading reading);

    /** Returns the labels that are known without listing, such as folders of classes, even empty ones. */
    default List<String> declaredLabels() {
        return List.of();
    }

    /** Returns whether the bytes travel with the listing. Such a listing is neither kept nor shuffled for balance. */
    default boolean carriesBytes() {
        return false;
    }

    /** Returns the place of a label, for messages. */
    default String placeOf(String labelName) {
        return root() + " (" + labelName + ")";
    }
}
