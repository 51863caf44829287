package org.sparkfinetune.jobs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.HadoopFiles;
import org.sparkfinetune.data.PictureBytes;
import org.sparkfinetune.data.PictureFile;
import org.sparkfinetune.data.PictureTags;
import org.sparkfinetune.data.source.PictureInput;
import org.sparkfinetune.data.source.PictureInputs;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.features.PictureSource;

/**
 * The pictures of an extract job: those of a dataset, or of whatever {@code shard} takes, with labels or without.
 *
 * @param pictures to run over
 * @param count how many
 * @param fingerprint changes when a picture is added, removed or written anew
 * @param description in words
 * @param listing to release at the end
 */
record PictureSources(
        JavaRDD<PictureSource> pictures,
        long count,
        String fingerprint,
        String description,
        Optional<SourceListing> listing)
        implements AutoCloseable {

    /**
     * Finds out what the input is.
     *
     * @throws BadDataException when it does not exist or holds no pictures
     */
    static PictureSources of(JobContext context, Path input, SourceOptions options, SourceReading reading) {
        HadoopFiles files = context.files(input);
        if (!files.exists(input)) {
            throw new BadDataException(
                    input.toString(), "does not exist; input must be a dataset, or a folder of pictures");
        }
        if (files.exists(new Path(input, DatasetDescription.FILE_NAME))) {
            return dataset(context, input, DatasetDescription.read(files.fileSystem(), input));
        }
        return collection(PictureInputs.any(input, options, reading), reading);
    }

    private static PictureSources dataset(JobContext context, Path input, DatasetDescription description) {
        List<String> splits = DatasetSchema.SPLITS.stream()
                .filter(split -> description.pictures(split) > 0)
                .toList();
        JavaRDD<PictureSource> pictures =
                DatasetPictures.read(context, input, splits).toJavaRDD().map(PictureSources::fromDataset);
        long count = splits.stream().mapToLong(description::pictures).sum();
        return new PictureSources(pictures, count, description.contentFingerprint(), "dataset", Optional.empty());
    }

    private static PictureSource fromDataset(Row row) {
        byte[] image = row.getAs(DatasetSchema.IMAGE);
        String path = row.getAs(DatasetSchema.PATH);
        return new PictureSource(
                new PictureFile(path, image.length, 0, PictureTags.NONE, new PictureBytes.InRow(image)),
                row.getAs(DatasetSchema.LABEL),
                row.getAs(DatasetSchema.LABEL_NAME),
                row.getAs(DatasetSchema.SHA256),
                image);
    }

    private static PictureSources collection(PictureInput input, SourceReading reading) {
        SourceListing listing = SourceListing.of(input, reading);
        long count = listing.files().count();
        if (count == 0) {
            throw new BadDataException(
                    input.root().toString(), "holds no files; input must be a dataset, or a collection of pictures");
        }
        Set<String> named = SourceListing.countByLabel(listing.files()).keySet();
        Map<String, Integer> labels = new HashMap<>();
        listing.labelNames(List.of(), named).forEach(name -> labels.put(name, labels.size()));
        return new PictureSources(
                listing.pictures().map(file -> {
                    String name = file.tags().labelName();
                    return new PictureSource(file, labels.get(name), name, null, null);
                }),
                count,
                listing.fingerprint(),
                input.description(),
                Optional.of(listing));
    }

    @Override
    public void close() {
        listing.ifPresent(SourceListing::close);
    }
}
