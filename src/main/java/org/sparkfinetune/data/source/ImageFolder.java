package org.sparkfinetune.data.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * Hugging Face's image folder: {@code metadata.csv}, {@code .jsonl} or {@code .parquet} with a column
 * {@code file_name}, in the folder or in one folder per split.
 */
final class ImageFolder {
    private static final Map<String, InputFormat> FORMATS =
            Map.of("csv", InputFormat.CSV, "jsonl", InputFormat.JSONL, "parquet", InputFormat.PARQUET);

    private ImageFolder() {}

    /** @throws BadDataException when it has no metadata */
    static PathTable open(Path root, SourceColumns columns, FolderContent content, HadoopFiles files) {
        List<PathTable.Table> tables = tables(root, content, files);
        if (tables.isEmpty()) {
            throw new BadDataException(
                    root.toString(),
                    "has no metadata.csv, metadata.jsonl or metadata.parquet, neither has a folder of a split");
        }
        return new PathTable(root, "pictures of an image folder", tables, columns);
    }

    /** Returns the existing tables; empty when the folder is of another kind. */
    static List<PathTable.Table> tables(Path root, FolderContent content, HadoopFiles files) {
        List<PathTable.Table> tables = new ArrayList<>(in(root, content, null).toList());
        for (String folder : content.folders()) {
            Split.parse(folder)
                    .ifPresent(split -> in(
                                    new Path(root, folder),
                                    FolderContent.of(new Path(root, folder), files),
                                    split.key())
                            .forEach(tables::add));
        }
        return tables;
    }

    private static Stream<PathTable.Table> in(Path folder, FolderContent content, String split) {
        return content.files().stream()
                .filter(name -> name.startsWith(InputFormat.METADATA)
                        && FORMATS.containsKey(name.substring(InputFormat.METADATA.length())))
                .map(name -> new PathTable.Table(
                        new Path(folder, name),
                        FORMATS.get(name.substring(InputFormat.METADATA.length())),
                        folder,
                        split));
    }
}
