package org.sparkfinetune.data.source;

import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * WebDataset: tar files of samples. All entries with the same key, the name up to its first dot, are one sample. Its
 * pictures have the label in the text of {@code KEY.cls}, in the field {@code label} of {@code KEY.json}, or the name
 * of their folder in the tar.
 *
 * @param root folder of the tar files, or one tar file
 * @param tars paths of the tar files, sorted
 * @param columns names of the fields in the JSON
 */
record TarShards(Path root, List<String> tars, SourceColumns columns) implements PictureInput {
    private static final int MOST_TASKS = 10_000;

    public TarShards {
        tars = List.copyOf(tars);
    }

    /**
     * Finds the tar files; they are not opened yet.
     *
     * @throws BadDataException when there are no tar files, or one is compressed
     */
    static TarShards under(Path root, SourceColumns columns, HadoopFiles files) {
        List<String> names = (files.isFolder(root)
                        ? files.list(root).stream().map(FileStatus::getPath)
                        : Stream.of(root))
                .filter(path -> !HiddenNames.contain(path.getName()))
                .map(Path::toString)
                .toList();
        List<String> compressed = names.stream()
                .filter(name -> name.matches(".*\\.(tar\\.\\w+|tgz)"))
                .toList();
        if (!compressed.isEmpty()) {
            throw new BadDataException(
                    compressed.get(0),
                    "is compressed, and such a tar can only be read from its beginning; unpack it with gunzip");
        }
        List<String> tars = names.stream().filter(name -> name.endsWith(".tar")).toList();
        if (tars.isEmpty()) {
            throw new BadDataException(root.toString(), "has no files that end in .tar");
        }
        return new TarShards(root, tars, columns);
    }

    @Override
    public String description() {
        return "tar files";
    }

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        var hadoop = reading.hadoop();
        SourceColumns fields = columns;
        return reading.spark()
                .parallelize(tars, Math.min(tars.size(), MOST_TASKS))
                .flatMap(tar -> new TarSamples(tar, fields, hadoop.value().value()));
    }
}
