package org.sparkfinetune.jobs.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import org.sparkfinetune.config.Json;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.ProgressWatch;
import org.sparkfinetune.storage.StagedOutput;
import scala.Tuple2;

/**
 * What the frozen trunk makes of every picture of a dataset, computed once and kept as Parquet: later epochs, and later
 * runs with the same fingerprint, read activations instead of pictures.
 */
public final class TrunkActivations implements StageExamples<LabelledActivations> {
    private static final String DESCRIPTION = "features.json";
    private static final StructType SCHEMA = new StructType()
            .add("index", DataTypes.LongType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add("activations", DataTypes.createArrayType(DataTypes.BinaryType));

    private final JobContext context;
    private final Path folder;
    private final StagedOutput output;

    /** @param folder folder of these activations; its description file marks it as complete and lists its splits */
    public TrunkActivations(JobContext context, Path folder) {
        this.context = context;
        this.folder = folder;
        this.output = new StagedOutput(
                context.files(folder), folder, DESCRIPTION, List.of(Split.TRAIN.folder(), Split.VALIDATION.folder()));
    }

    /** Folder of the activations. */
    public Path folder() {
        return folder;
    }

    /** Pictures in each split; empty unless the activations are complete. */
    public Optional<Map<String, Long>> counts() {
        return output.description().map(text -> {
            try {
                Map<String, Long> counts = new LinkedHashMap<>();
                Json.parse(text)
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
     * Runs the trunk over splits.
     *
     * @param wanted splits; those without pictures are left out
     * @throws BadDataException when a picture of the dataset cannot be decoded any more
     * @throws org.sparkfinetune.check.InvalidRequestException when another job computes these activations just now
     */
    public void compute(TrunkPass trunk, DatasetDescription description, List<Split> wanted) {
        try (output) {
            output.begin(context.application());
            computeAll(trunk, description, wanted);
        }
    }

    private void computeAll(TrunkPass trunk, DatasetDescription description, List<Split> wanted) {
        List<Split> splits =
                wanted.stream().filter(split -> description.pictures(split) > 0).toList();
        long total = splits.stream().mapToLong(description::pictures).sum();
        ForwardMeter meter = ForwardMeter.register(context.spark().sparkContext());
        Map<String, Long> counts = new LinkedHashMap<>();
        try (ProgressWatch watch =
                context.watch("compute features of the frozen trunk", total, "pictures", meter.images())) {
            for (Split split : splits) {
                compute(trunk, split, meter);
                counts.put(split.key(), description.pictures(split));
            }
        }
        output.publish(splits.stream().map(Split::folder).toList());
        output.finish(describe(trunk.engine(), counts));
    }

    private void compute(TrunkPass trunk, Split split, ForwardMeter meter) {
        try (DatasetExamples pictures = trunk.examples(split)) {
            JavaRDD<Row> rows = trunk.activations(pictures, meter)
                    .map(example -> RowFactory.create(
                            example._1(), example._2().label(), example._2().activations()));
            context.spark()
                    .createDataFrame(rows, SCHEMA)
                    .write()
                    .parquet(output.staged(split.folder()).toString());
        }
    }

    private static String describe(EngineSpec engine, Map<String, Long> counts) {
        return Json.line(Map.of("networkSha256", engine.sha256(), "counts", counts));
    }

    @Override
    public JavaPairRDD<Long, LabelledActivations> train(int epoch) {
        return read(Split.TRAIN);
    }

    @Override
    public Optional<JavaPairRDD<Long, LabelledActivations>> validation() {
        boolean some = counts().orElseThrow().getOrDefault(Split.VALIDATION.key(), 0L) > 0;
        return some ? Optional.of(read(Split.VALIDATION)) : Optional.empty();
    }

    private JavaPairRDD<Long, LabelledActivations> read(Split split) {
        return context.spark()
                .read()
                .schema(SCHEMA)
                .parquet(new Path(folder, split.folder()).toString())
                .toJavaRDD()
                .mapToPair(row -> new Tuple2<>(
                        row.getLong(0),
                        new LabelledActivations(
                                row.getInt(1), row.<byte[]>getList(2).toArray(byte[][]::new))));
    }

    @Override
    public void close() {}
}
