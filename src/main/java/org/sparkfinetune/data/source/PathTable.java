package org.sparkfinetune.data.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.data.picture.PictureBytes;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureTags;

/**
 * Tables with the path of a picture in each row: manifests, and the metadata of Hugging Face image folders. A picture
 * that is listed twice with the same tags is used once.
 *
 * @param root table, or folder of the tables
 * @param description description, plural
 * @param tables one or more tables
 * @param columns names of columns from the recipe
 */
record PathTable(Path root, String description, List<Table> tables, SourceColumns columns) implements PictureInput {
    private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*", Pattern.DOTALL);

    public PathTable {
        tables = List.copyOf(tables);
    }

    /**
     * One table.
     *
     * @param path path of the file, or of a folder of files
     * @param base base folder of relative paths
     * @param split split of all its pictures; null when they are assigned, or a column has it
     */
    record Table(Path path, InputFormat format, Path base, String split) {}

    @Override
    public JavaRDD<PictureFile> pictures(SourceReading reading) {
        return tables.stream()
                .map(table -> pictures(table, reading))
                .reduce(JavaRDD::union)
                .orElseThrow();
    }

    private JavaRDD<PictureFile> pictures(Table table, SourceReading reading) {
        Dataset<Row> rows = TableReader.read(table.path(), table.format(), reading);
        String pathColumn =
                TableReader.column("path", columns.path(), TableReader.USUAL_PATHS, rows.schema(), table.path());
        RowTags tags = RowTags.of(columns, rows.schema(), table.path().toString());
        Rows read = new Rows(table.path().toString(), table.base().toString(), pathColumn, table.split(), tags);
        var hadoop = reading.hadoop();
        return rows.javaRDD()
                .map(row -> read.picture(row, hadoop.value().value()))
                .distinct();
    }

    /** The facts that a task needs about a table. */
    private record Rows(String table, String base, String pathColumn, String split, RowTags tags)
            implements Serializable {
        PictureFile picture(Row row, Configuration hadoop) throws IOException {
            String text = Objects.toString(
                    row.get(row.fieldIndex(pathColumn)), ""); // not stripped: a name may end in a blank
            if (text.isBlank()) {
                return missing(table, PictureTags.NONE, "a row of the table has nothing in column " + pathColumn);
            }
            Path path =
                    new Path(text.startsWith("/") || WITH_SCHEME.matcher(text).matches() ? text : base + "/" + text);
            FileSystem fileSystem = path.getFileSystem(hadoop);
            Path qualified = fileSystem.makeQualified(path);
            PictureTags read = tags.read(row, qualified.toString());
            PictureTags given = split == null ? read : new PictureTags(read.labelName(), split, read.group());
            try {
                FileStatus status = fileSystem.getFileStatus(qualified);
                return status.isDirectory()
                        ? missing(qualified.toString(), given, "it is a folder")
                        : new PictureFile(
                                qualified.toString(),
                                status.getLen(),
                                status.getModificationTime(),
                                given,
                                new PictureBytes.WholeFile());
            } catch (FileNotFoundException absent) {
                return missing(qualified.toString(), given, "it does not exist");
            }
        }

        private static PictureFile missing(String path, PictureTags tags, String reason) {
            return new PictureFile(path, PictureFile.UNKNOWN_LENGTH, 0, tags, new PictureBytes.Missing(reason));
        }
    }
}
