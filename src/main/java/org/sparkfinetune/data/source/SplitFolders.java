package org.sparkfinetune.data.source;

import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * {@code root/{train,val,test}/<class>/…}: class folders that are split already. A class may be absent from a split.
 *
 * @param root folder above the splits
 * @param declaredLabels names of all class folders, sorted
 * @param splitFolders names of the folders of the splits, unchanged
 */
record SplitFolders(Path root, List<String> declaredLabels, List<String> splitFolders) implements PictureInput {
    public SplitFolders {
        declaredLabels = List.copyOf(declaredLabels);
        splitFolders = List.copyOf(splitFolders);
    }

    /**
     * Finds splits and classes; pictures are not listed yet.
     *
     * @throws BadDataException when the name of a folder is not that of a split, or there are fewer than two classes
     */
    static SplitFolders under(Path root, HadoopFiles files) {
        List<String> splits = FolderContent.of(root, files).folders();
        List<String> others =
                splits.stream().filter(name -> Split.parse(name).isEmpty()).toList();
        if (splits.isEmpty() || !others.isEmpty()) {
            throw new BadDataException(
                    root.toString(),
                    "must hold folders of splits (" + Split.NAMES + ") and nothing else, found "
                            + (splits.isEmpty() ? "none" : others));
        }
        TreeSet<String> labels = new TreeSet<>();
        for (String split : splits) {
            labels.addAll(FolderContent.of(new Path(root, split), files).folders());
        }
        if (labels.size() < 2) {
            throw new BadDataException(
                    root.toString(), "has class folders " + labels + " in its splits; at least 2 classes are needed");
        }
        return new SplitFolders(root, List.copyOf(labels), splits);
    }

    /** Returns whether all folders have the names of splits, and one of them is train. */
    static boolean isLikely(FolderContent content) {
        return content.folders().stream().allMatch(name -> Split.parse(name).isPresent())
                && content.folders().stream()
                        .flatMap(name -> Split.parse(name).stream())
                        .anyMatch(Split.TRAIN::equals);
    }

    @Override
    public String description() {
        return "class folders in splits";
    }

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        HadoopFiles files = HadoopFiles.of(root, reading.configuration());
        List<FilesBelow.Folder> folders = splitFolders.stream()
                .flatMap(split -> FolderContent.of(new Path(root, split), files).folders().stream()
                        .map(label -> new FilesBelow.Folder(
                                String.join(Path.SEPARATOR, root.toString(), split, label),
                                new PictureTags(
                                        label, Split.parse(split).orElseThrow().key(), null))))
                .toList();
        return FilesBelow.list(folders, reading);
    }

    @Override
    public String placeOf(String labelName) {
        return root + "/*/" + labelName;
    }
}
