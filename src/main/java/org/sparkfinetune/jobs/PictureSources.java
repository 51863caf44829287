package org.sparkfinetune.jobs;

import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.ClassFolders;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.HadoopFiles;
import org.sparkfinetune.data.PictureFile;
import org.sparkfinetune.features.PictureSource;

/**
 * The pictures of an extract job: those of a dataset, of class folders (named by folder), or all files below a folder.
 *
 * @param pictures to run over
 * @param count how many
 * @param fingerprint changes when a picture is added, removed or written anew
 * @param description in words
 */
record PictureSources(JavaRDD<PictureSource> pictures, long count, String fingerprint, String description) {

    /**
     * Finds out what the input is.
     *
     * @throws BadDataException when it does not exist or holds no pictures
     */
    static PictureSources of(JobContext context, Path input, Broadcast<SerializableConfiguration> hadoop) {
        HadoopFiles files = context.files(input);
        if (!files.exists(input)) {
            throw new BadDataException(
                    input.toString(), "does not exist; input must be a dataset, or a folder of pictures");
        }
        if (files.exists(new Path(input, DatasetDescription.FILE_NAME))) {
            return dataset(context, input, DatasetDescription.read(files.fileSystem(), input));
        }
        return folder(context, input, hadoop);
    }

    private static PictureSources dataset(JobContext context, Path input, DatasetDescription description) {
        List<String> splits = DatasetSchema.SPLITS.stream()
                .filter(split -> description.pictures(split) > 0)
                .toList();
        JavaRDD<PictureSource> pictures =
                DatasetPictures.read(context, input, splits).toJavaRDD().map(PictureSources::fromDataset);
        long count = splits.stream().mapToLong(description::pictures).sum();
        return new PictureSources(pictures, count, description.contentFingerprint(), "dataset");
    }

    private static PictureSource fromDataset(Row row) {
        byte[] image = row.getAs(DatasetSchema.IMAGE);
        String path = row.getAs(DatasetSchema.PATH);
        return new PictureSource(
                new PictureFile(path, image.length, 0, row.getAs(DatasetSchema.LABEL)),
                row.getAs(DatasetSchema.LABEL),
                row.getAs(DatasetSchema.LABEL_NAME),
                row.getAs(DatasetSchema.SHA256),
                image);
    }

    private static PictureSources folder(JobContext context, Path input, Broadcast<SerializableConfiguration> hadoop) {
        HadoopFiles files = context.files(input);
        Stream<FileStatus> visible = files.isFolder(input)
                ? files.list(input).stream()
                        .filter(status ->
                                !ClassFolders.isHidden(status.getPath().getName()))
                : Stream.empty();
        List<FileStatus> entries = visible.toList();
        boolean classFolders = entries.size() > 1 && entries.stream().allMatch(FileStatus::isDirectory);
        List<String> labels = classFolders ? ClassFolders.under(input, files).labelNames() : List.of();
        JavaRDD<PictureFile> listed = classFolders
                ? new ClassFolders(input, labels).pictures(context.java(), hadoop)
                : ClassFolders.unlabelled(input, context.java(), hadoop);
        listed.persist(StorageLevel.MEMORY_AND_DISK_SER());
        long count = listed.count();
        if (count == 0) {
            throw new BadDataException(
                    input.toString(), "holds no files; input must be a dataset, or a folder of pictures");
        }
        return new PictureSources(
                listed.map(file -> fromFile(file, labels)),
                count,
                PictureFile.fingerprint(listed),
                classFolders ? "class folders" : "pictures");
    }

    private static PictureSource fromFile(PictureFile file, List<String> labels) {
        boolean labelled = file.label() != PictureFile.NO_LABEL;
        return new PictureSource(
                file, labelled ? file.label() : null, labelled ? labels.get(file.label()) : null, null, null);
    }
}
