package org.sparkfinetune.data.source;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * Pictures sorted into folders, {@code root/<class>/…}: the name of the folder is the label. Folders inside a class
 * belong to the class; names that begin with a dot or an underscore are skipped. Every other file is listed, whatever
 * its name; files that are not pictures are rejected later.
 *
 * @param root folder above the classes
 * @param declaredLabels names of the folders, sorted
 */
record ClassFolders(Path root, List<String> declaredLabels) implements PictureInput {
    private static final String WANTED = "input must be a folder with one folder per class";

    public ClassFolders {
        declaredLabels = List.copyOf(declaredLabels);
    }

    /**
     * Finds the classes; pictures are not listed yet.
     *
     * @throws BadDataException when the root is missing, is a file, or has fewer than two class folders
     */
    static ClassFolders under(Path root, HadoopFiles files) {
        if (!files.exists(root)) {
            throw new BadDataException(root.toString(), "does not exist; " + WANTED);
        }
        if (!files.isFolder(root)) {
            throw new BadDataException(root.toString(), "is a file; " + WANTED);
        }
        List<String> names = FolderContent.of(root, files).folders();
        if (names.isEmpty()) {
            throw new BadDataException(
                    root.toString(), "has no class folders; put the pictures of each class in a folder named after it");
        }
        if (names.size() < 2) {
            throw new BadDataException(
                    root.toString(), "has one class folder (" + names.get(0) + "); at least 2 classes are needed");
        }
        return new ClassFolders(root, names);
    }

    @Override
    public String description() {
        return "class folders";
    }

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        return FilesBelow.list(
                declaredLabels.stream()
                        .map(label -> new FilesBelow.Folder(root + Path.SEPARATOR + label, PictureTags.labelled(label)))
                        .toList(),
                reading);
    }

    @Override
    public String placeOf(String labelName) {
        return root + Path.SEPARATOR + labelName;
    }
}
