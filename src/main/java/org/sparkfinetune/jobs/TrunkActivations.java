package org.sparkfinetune.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.DatasetDescription;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.PictureLimits;
import org.sparkfinetune.data.StagedOutput;
import org.sparkfinetune.inference.EngineSpec;
import org.sparkfinetune.inference.ForwardMeter;
import org.sparkfinetune.inference.Outcome;
import org.sparkfinetune.inference.PictureForward;
import scala.Tuple2;

/**
 * What the frozen trunk makes of every picture of a dataset, computed once and kept as Parquet: later epochs, and later runs
 * with the same fingerprint, read activations instead of pictures.
 */
final class TrunkActivations {
    private static final String DESCRIPTION = "features.json";
    private static final StructType SCHEMA = new StructType()
            .add("index", DataTypes.LongType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add("activations", DataTypes.createArrayType(DataTypes.BinaryType));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JobContext context;
    private final Path folder;
    private final StagedOutput output;

    /** @param folder of this fingerprint; its description file says it is whole */
    TrunkActivations(JobContext context, Path folder) {
        this.context = context;
        this.folder = folder;
        this.output = new StagedOutput(
                context.files(folder),
                folder,
                DESCRIPTION,
                List.of(DatasetSchema.folderOf(DatasetSchema.TRAIN), DatasetSchema.folderOf(DatasetSchema.VALIDATION)));
    }

    /** Where they are. */
    Path folder() {
        return folder;
    }

    /** Pictures in each split, when the activations are there and whole. */
    Optional<Map<String, Long>> counts() {
        return output.description().map(text -> {
            try {
                Map<String, Long> counts = new LinkedHashMap<>();
                JSON.readTree(text)
                        .get("counts")
                        .fields()
                        .forEachRemaining(entry ->
                                counts.put(entry.getKey(), entry.getValue().asLong()));
                return counts;
            } catch (JsonProcessingException e) {
                throw new BadDataException(folder + "/" + DESCRIPTION, "is damaged; delete the folder", e);
            }
        });
    }

    /**
     * Runs the trunk over the splits.
     *
     * @param splits that are not empty
     * @param engine the trunk; its outputs are the boundary
     * @throws BadDataException when a picture of the dataset cannot be decoded any more
     */
    void compute(Path dataset, DatasetDescription description, List<String> splits, EngineSpec engine, int batchSize) {
        output.begin();
        long total = splits.stream().mapToLong(description::pictures).sum();
        ForwardMeter meter = ForwardMeter.register(context.spark().sparkContext());
        Map<String, Long> counts = new LinkedHashMap<>();
        List<String> published = new ArrayList<>();
        try (ProgressWatch watch =
                context.watch("compute features of the frozen trunk", total, "images", meter.images())) {
            for (String split : splits) {
                PictureForward<Tuple2<Row, Long>> forward = new PictureForward<>(
                        engine,
                        PictureLimits.DEFAULT,
                        batchSize,
                        picture -> picture._1().getAs(DatasetSchema.IMAGE),
                        meter);
                JavaRDD<Row> rows = pictures(dataset, split, description.pictures(split))
                        .mapPartitions(forward)
                        .map(TrunkActivations::row);
                context.spark()
                        .createDataFrame(rows, SCHEMA)
                        .write()
                        .parquet(output.staged(DatasetSchema.folderOf(split)).toString());
                counts.put(split, description.pictures(split));
                published.add(DatasetSchema.folderOf(split));
            }
        }
        output.publish(published);
        output.finish(describe(engine, counts));
    }

    /** Numbered by the hash of their content, so a number means the same picture however the files are split. */
    private JavaRDD<Tuple2<Row, Long>> pictures(Path dataset, String split, long count) {
        return DatasetPictures.read(context, dataset, List.of(split))
                .select(DatasetSchema.SHA256, DatasetSchema.PATH, DatasetSchema.LABEL, DatasetSchema.IMAGE)
                .toJavaRDD()
                .sortBy(row -> row.getString(0), true, context.tasks(count))
                .zipWithIndex()
                .map(pair -> pair);
    }

    private static Row row(Outcome<Tuple2<Row, Long>> outcome) {
        Row picture = outcome.source()._1();
        Outcome.Done<Tuple2<Row, Long>> done = DatasetPictures.requireDone(outcome, picture);
        byte[][] activations = Arrays.stream(done.activations())
                .map(LabelledActivations::bytes)
                .toArray(byte[][]::new);
        return RowFactory.create(done.source()._2(), picture.getAs(DatasetSchema.LABEL), activations);
    }

    private static String describe(EngineSpec engine, Map<String, Long> counts) {
        try {
            return JSON.writeValueAsString(Map.of("networkSha256", engine.sha256(), "counts", counts));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map is always JSON", e);
        }
    }

    /** The examples of a split: index, 0 to n - 1, and activations. */
    JavaPairRDD<Long, LabelledActivations> read(String split) {
        return context.spark()
                .read()
                .schema(SCHEMA)
                .parquet(new Path(folder, DatasetSchema.folderOf(split)).toString())
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(
                        row.getLong(0),
                        new LabelledActivations(
                                row.getInt(1), row.<byte[]>getList(2).toArray(byte[][]::new))));
    }
}
