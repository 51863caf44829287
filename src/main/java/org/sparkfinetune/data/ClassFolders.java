package org.sparkfinetune.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.BadDataException;
import scala.Tuple2;

/**
 * Pictures sorted into folders, {@code root/<class>/…}: the folder's name is the label, its place in the sorted names is the
 * index. Folders inside a class belong to the class; names that begin with a dot or an underscore are skipped. Every other
 * file counts as a picture, whatever it is called; one that is none is rejected later.
 *
 * @param root the folder above the classes
 * @param labelNames sorted by code unit
 */
public record ClassFolders(Path root, List<String> labelNames) {
    public ClassFolders {
        labelNames = List.copyOf(labelNames);
    }

    /**
     * Finds the classes; pictures are not listed yet.
     *
     * @throws BadDataException when the root is missing, is a file, or has fewer than two class folders
     */
    public static ClassFolders under(Path root, HadoopFiles files) {
        if (!files.exists(root)) {
            throw new BadDataException(
                    root.toString(), "does not exist; input must be a folder with one folder a class");
        }
        if (!files.isFolder(root)) {
            throw new BadDataException(root.toString(), "is a file; input must be a folder with one folder a class");
        }
        List<String> names = files.list(root).stream()
                .filter(FileStatus::isDirectory)
                .map(status -> status.getPath().getName())
                .filter(name -> !isHidden(name))
                .sorted()
                .toList();
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

    /** Lists the pictures in executor tasks, class by class. */
    public JavaRDD<PictureFile> pictures(JavaSparkContext spark, Broadcast<SerializableConfiguration> configuration) {
        String rootText = root.toString();
        List<Tuple2<String, Integer>> folders = IntStream.range(0, labelNames.size())
                .mapToObj(label -> new Tuple2<>(labelNames.get(label), label))
                .toList();
        int tasks = Math.min(folders.size(), 1000);
        return spark.parallelize(folders, tasks)
                .flatMap(folder -> new FilesBelow(
                        new Path(rootText + Path.SEPARATOR + folder._1()),
                        configuration.value().value(),
                        folder._2()));
    }

    /** Lists every file below a folder, without labels. */
    public static JavaRDD<PictureFile> unlabelled(
            Path folder, JavaSparkContext spark, Broadcast<SerializableConfiguration> configuration) {
        return spark.parallelize(List.of(folder.toString()), 1)
                .flatMap(path ->
                        new FilesBelow(new Path(path), configuration.value().value(), PictureFile.NO_LABEL));
    }

    /** Label to pictures listed; a class without any is absent. */
    public static Map<Integer, Long> countByLabel(JavaRDD<PictureFile> pictures) {
        return new HashMap<>(pictures.map(PictureFile::label).countByValue());
    }

    /** Names that begin with a dot or an underscore are nobody's pictures. */
    public static boolean isHidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }
}
