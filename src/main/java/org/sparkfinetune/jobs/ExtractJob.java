package org.sparkfinetune.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.DatasetSchema;
import org.sparkfinetune.data.RejectedPictureException;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.PictureSource;
import org.sparkfinetune.inference.EngineSpec;
import org.sparkfinetune.inference.ForwardMeter;
import org.sparkfinetune.inference.PictureForward;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.NetworkCut;

/** Runs a network over pictures up to one layer and keeps that layer's activations, one row a picture, in Parquet. */
final class ExtractJob {
    private static final String DESCRIPTION = "embeddings.json";
    private static final String TABLE = "embeddings";
    private static final String ALL = "all";
    private static final long PICTURES_PER_FILE = 50_000;
    private static final int EXAMPLES_SHOWN = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExtractRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    ExtractJob(ExtractRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), 0);
        this.output =
                new JobOutput(context, recipe.output(), List.of(DESCRIPTION, TABLE, DatasetSchema.REJECTED), List.of());
    }

    RunReport run() {
        try (output) {
            return work();
        }
    }

    private RunReport work() {
        SourceModel model = SourceModel.open(context, "model", recipe.model());
        String layer = recipe.layer().isEmpty() ? model.card().embedding().layer() : recipe.layer();
        Path input = context.path("input", recipe.input());
        SourceReading reading = SourceListing.reading(context);
        try (PictureSources sources = PictureSources.of(context, input, recipe.source(), reading)) {
            return run(model, layer, sources, reading.hadoop());
        }
    }

    private RunReport run(
            SourceModel model, String layer, PictureSources sources, Broadcast<SerializableConfiguration> hadoop) {
        Path input = context.path("input", recipe.input());
        String fingerprint = Fingerprint.of(
                model.identity(),
                layer,
                model.card().input().toString(),
                recipe.limits().toString(),
                sources.fingerprint());
        Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
        if (finished.isPresent()) {
            return finished.get();
        }
        // What cannot be loaded leaves no trace in the output.
        ComputationGraph network = NetworkCut.upTo(model.network(), model.requireLayer("layer", layer));
        output.begin();
        report.checkEngine();
        report.fingerprint(fingerprint)
                .weightsSha256(model.identity())
                .input("pictures", input + " " + sources.fingerprint())
                .input("model", recipe.model() + " " + model.identity());
        EngineSpec engine = new TrunkEngine(context, report, recipe.inference())
                .start(network, model.card().input(), () -> samples(sources, hadoop));
        forward(engine, layer, sources, hadoop);
        return publish(describe(model, layer, fingerprint));
    }

    private void forward(
            EngineSpec engine, String layer, PictureSources sources, Broadcast<SerializableConfiguration> hadoop) {
        ForwardMeter meter = ForwardMeter.register(context.spark().sparkContext());
        var limits = recipe.limits();
        PictureForward<PictureSource> forward = new PictureForward<>(
                engine,
                limits,
                recipe.inference().batchSize(),
                source -> source.image() != null
                        ? source.image()
                        : source.file().read(limits, hadoop.value().value()),
                meter);
        long start = System.nanoTime();
        try (ProgressWatch watch = context.watch(
                "extract " + layer + " from " + sources.description(), sources.count(), "images", meter.images())) {
            JavaRDD<Row> rows = sources.pictures()
                    .repartition(context.tasks(sources.count()))
                    .mapPartitions(forward)
                    .map(EmbeddingTable::row);
            context.spark()
                    .createDataFrame(rows, EmbeddingTable.STAGED)
                    .write()
                    .parquet(output.staged(ALL).toString());
        }
        report.throughput(sources.count(), start, meter);
    }

    /** Some pictures of the input; one that cannot be read is refused later, with all the others. */
    private List<byte[]> samples(PictureSources sources, Broadcast<SerializableConfiguration> hadoop) {
        List<byte[]> samples = new ArrayList<>();
        for (PictureSource source : sources.pictures().take(TrunkEngine.SAMPLES)) {
            try {
                samples.add(
                        source.image() != null
                                ? source.image()
                                : source.file()
                                        .read(recipe.limits(), hadoop.value().value()));
            } catch (RejectedPictureException e) {
                context.progress().tell("not tried on " + source.file().path() + ": " + e.getMessage());
            }
        }
        return samples;
    }

    private RunReport publish(String description) {
        Dataset<Row> all = context.spark()
                .read()
                .schema(EmbeddingTable.STAGED)
                .parquet(output.staged(ALL).toString());
        Dataset<Row> rejected = EmbeddingTable.rejected(all);
        long total = all.count();
        long refused = rejected.count();
        requireFewRejected(total, refused, rejected);
        int files = (int) (1 + total / PICTURES_PER_FILE);
        EmbeddingTable.embeddings(all, description)
                .coalesce(files)
                .write()
                .parquet(output.staged(TABLE).toString());
        rejected.coalesce(1)
                .write()
                .parquet(output.staged(DatasetSchema.REJECTED).toString());
        Path descriptionFile = output.staged(DESCRIPTION);
        context.files(descriptionFile).writeText(descriptionFile, description + "\n");
        RunReport done = report.data(new RunReport.Data(total - refused, refused, null, null, null, null))
                .output("embeddings", output.published(TABLE))
                .output("rejected", output.published(DatasetSchema.REJECTED))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done);
        return done;
    }

    private void requireFewRejected(long total, long refused, Dataset<Row> rejected) {
        if (refused <= recipe.maxRejectedFraction() * total) {
            return;
        }
        String examples = rejected.select(DatasetSchema.PATH, DatasetSchema.ERROR).takeAsList(EXAMPLES_SHOWN).stream()
                .map(row -> row.getString(0) + " (" + row.getString(1) + ")")
                .collect(Collectors.joining("; "));
        rejected.coalesce(1)
                .write()
                .parquet(output.staged(DatasetSchema.REJECTED).toString());
        Path kept = output.show(DatasetSchema.REJECTED, ALL);
        throw new BadDataException(
                recipe.input(),
                String.format(
                        Locale.ROOT,
                        "%d of %d pictures were rejected, allowed is a fraction of %s (maxRejectedFraction); for example %s;"
                                + " all of them are listed in %s; mend or remove them, or raise maxRejectedFraction",
                        refused,
                        total,
                        recipe.maxRejectedFraction(),
                        examples,
                        kept));
    }

    private String describe(SourceModel model, String layer, String fingerprint) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model", model.name());
        values.put("layer", layer);
        values.put("weightsSha256", model.identity());
        values.put("preprocessing", model.card().input());
        values.put("fingerprint", fingerprint);
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map is always JSON", e);
        }
    }
}
