package org.sparkfinetune.data.source;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.storage.HadoopFiles;

/** Opens collections, by the format of the recipe or the one that it detects. */
public final class PictureInputs {
    private final Path input;
    private final SourceOptions options;
    private final SourceReading reading;
    private final HadoopFiles files;

    private PictureInputs(Path input, SourceOptions options, SourceReading reading) {
        this.input = input;
        this.options = options;
        this.reading = reading;
        this.files = HadoopFiles.of(input, reading.configuration());
    }

    /**
     * Opens a collection with labels; a folder without another format is read as class folders.
     *
     * @throws BadDataException when the input does not exist or is not of its format
     */
    public static PictureInput labelled(Path input, SourceOptions options, SourceReading reading) {
        PictureInputs inputs = new PictureInputs(input, options, reading);
        return inputs.requireUse(inputs.open(inputs.formatOr(InputFormat.CLASS_FOLDERS)));
    }

    /**
     * Opens a collection with or without labels: a folder is read as class folders when it has at least two folders and
     * no files.
     *
     * @throws BadDataException when the input is not of its format
     */
    public static PictureInput any(Path input, SourceOptions options, SourceReading reading) {
        PictureInputs inputs = new PictureInputs(input, options, reading);
        FolderContent content = inputs.content();
        boolean classes = content.files().isEmpty() && content.folders().size() > 1;
        return inputs.requireUse(inputs.open(inputs.formatOr(classes ? InputFormat.CLASS_FOLDERS : InputFormat.FLAT)));
    }

    /** Refuses columns for folders: groups would silently be divided between splits. */
    private PictureInput requireUse(PictureInput opened) {
        boolean folders =
                opened instanceof ClassFolders || opened instanceof SplitFolders || opened instanceof FlatFolder;
        if (folders && !options.columns().equals(SourceColumns.USUAL)) {
            throw new InvalidRequestException(
                    "source.columns",
                    "names columns of a table, but " + input + " is read as " + opened.description()
                            + ", which have none; leave source.columns out, or point input at a table");
        }
        return opened;
    }

    private FolderContent content() {
        return files.isFolder(input) ? FolderContent.of(input, files) : new FolderContent(List.of(), List.of());
    }

    private InputFormat formatOr(InputFormat otherwise) {
        if (options.format() != InputFormat.AUTO) {
            return options.format();
        }
        if (files.exists(input) && !files.isFolder(input)) {
            return ofFile(input.getName()).orElse(otherwise);
        }
        return ofFolder(content()).orElse(otherwise);
    }

    private static Optional<InputFormat> ofFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String ending = lower.substring(lower.lastIndexOf('.') + 1);
        return Optional.ofNullable(
                switch (ending) {
                    case "csv", "tsv" -> InputFormat.CSV;
                    case "jsonl", "ndjson" -> InputFormat.JSONL;
                    case "parquet" -> InputFormat.PARQUET;
                    case "tar" -> InputFormat.WEBDATASET;
                    default -> null;
                });
    }

    private Optional<InputFormat> ofFolder(FolderContent content) {
        if (!ImageFolder.tables(input, content, files).isEmpty()) {
            return Optional.of(InputFormat.IMAGEFOLDER);
        }
        if (!content.filesEnding(".tar").isEmpty()) {
            return Optional.of(InputFormat.WEBDATASET);
        }
        if (!content.filesEnding(".parquet").isEmpty()) {
            return Optional.of(InputFormat.PARQUET);
        }
        boolean splits = SplitFolders.isLikely(content)
                && content.folders().stream()
                        .allMatch(split -> !FolderContent.of(new Path(input, split), files)
                                .folders()
                                .isEmpty());
        return splits ? Optional.of(InputFormat.SPLIT_FOLDERS) : Optional.empty();
    }

    private PictureInput open(InputFormat format) {
        if (format != InputFormat.CLASS_FOLDERS && !files.exists(input)) {
            throw new BadDataException(input.toString(), "does not exist");
        }
        return switch (format) {
            case AUTO, CLASS_FOLDERS -> ClassFolders.under(input, files);
            case SPLIT_FOLDERS -> SplitFolders.under(input, files);
            case FLAT -> new FlatFolder(input);
            case CSV, JSONL -> paths(format);
            case PARQUET ->
                ByteTable.isOne(TableReader.read(input, format, reading).schema(), options.columns())
                        ? new ByteTable(input, options.columns())
                        : paths(format);
            case IMAGEFOLDER -> ImageFolder.open(input, options.columns(), content(), files);
            case WEBDATASET -> TarShards.under(input, options.columns(), files);
        };
    }

    private PathTable paths(InputFormat format) {
        Path base = options.root().isEmpty()
                ? (files.isFolder(input) ? input : input.getParent())
                : HadoopFiles.qualified("source.root", options.root(), reading.configuration());
        PathTable.Table table = new PathTable.Table(input, format, base, null);
        return new PathTable(input, "pictures of a table", List.of(table), options.columns());
    }
}
