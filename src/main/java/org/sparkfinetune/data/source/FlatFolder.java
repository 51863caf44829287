package org.sparkfinetune.data.source;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;

/** All files below a folder, without labels. */
record FlatFolder(Path root) implements PictureInput {
    @Override
    public String description() {
        return "pictures";
    }

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        return FilesBelow.list(List.of(new FilesBelow.Folder(root.toString(), PictureTags.NONE)), reading);
    }
}
