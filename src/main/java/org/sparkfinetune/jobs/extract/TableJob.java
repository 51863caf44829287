package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.source.SourceReading;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.OutputColumn;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.jobs.model.NetworkShipment;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.pictures.SourceListing;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.network.NetworkCut;

/**
 * Runs a network over pictures and writes its outputs to Parquet, one row per picture: embeddings or class scores. A
 * picture that has its row is not processed again, whether the run that wrote it ended or was killed.
 */
final class TableJob implements Job {
    private final TableRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final TableDescription description;
    private final JobOutput output;
    private final Path input;

    TableJob(TableRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), 0);
        this.description = new TableDescription(recipe.tableName());
        this.output = new JobOutput(
                context,
                recipe.output(),
                List.of(description.fileName(), recipe.tableName(), DatasetSchema.REJECTED, DatasetSchema.FILES),
                List.of(),
                List.of(ClipRetrieval.FOLDER));
        this.input = context.path("input", recipe.input());
    }

    @Override
    public RunReport run() {
        try (output) {
            output.recover();
            SourceModel model = SourceModel.open(context, "model", recipe.model());
            String made = description.text(model, recipe);
            Optional<RunReport> existing = findExisting(made);
            SourceReading reading = SourceListing.reading(context);
            if (existing.isPresent()) {
                List<String> labelNames = ledger().labelNames();
                try (PictureSources sources = PictureSources.of(context, input, recipe.source(), reading, labelNames)) {
                    Optional<RunReport> updated = update(existing.get(), model, made, sources, reading);
                    if (updated.isPresent()) {
                        return updated.get();
                    }
                }
            }
            try (PictureSources sources = PictureSources.of(context, input, recipe.source(), reading, List.of())) {
                return make(new Base(existing, false, 0), model, made, sources, reading);
            }
        }
    }

    /**
     * The table in the output folder.
     *
     * @param alike report of the table, if this recipe would make the same rows of the same pictures
     * @param grows whether pictures are added to the table; otherwise it is replaced
     * @param kept number of rows of pictures that are gone
     */
    private record Base(Optional<RunReport> alike, boolean grows, long kept) {
        /** Report of the table if pictures are added to it. */
        Optional<RunReport> addedTo() {
            return alike.filter(any -> grows);
        }
    }

    /**
     * Returns the report of the existing table, if this recipe would make the same rows of the same pictures.
     *
     * @throws InvalidRequestException when it would not, and must not replace the table
     */
    private Optional<RunReport> findExisting(String made) {
        Optional<RunReport> existing = output.existing();
        if (existing.isEmpty()) {
            return existing;
        }
        Path file = output.published(description.fileName());
        String published = description.fingerprint(context.files(file).readText(file));
        if (published.equals(description.fingerprint(made))) {
            return existing;
        }
        if (!recipe.overwrite()) {
            throw JobOutput.ofAnother(
                    output.folder(), "fingerprint " + published + ", this one is " + description.fingerprint(made));
        }
        return Optional.empty();
    }

    private Ledger ledger() {
        String files = output.published(DatasetSchema.FILES).toString();
        return new Ledger(context.spark().read().schema(EmbeddingTable.LEDGER).parquet(files));
    }

    /** Adds the new pictures to the existing table; empty if the complete table has to be made again. */
    private Optional<RunReport> update(
            RunReport existing, SourceModel model, String made, PictureSources sources, SourceReading reading) {
        if (output.belongsTo(existing, fingerprint(made, sources))) {
            return Optional.of(withOtherForm(existing, model));
        }
        Ledger.Changes changes = sources.changes(context, ledger());
        if (changes.changed() > 0 || changes.gone() > 0 && !recipe.keepRemoved()) {
            if (recipe.overwrite()) {
                return Optional.empty();
            }
            throw JobOutput.ofChangedInput(output.folder(), input, changes);
        }
        if (changes.added() == 0) {
            context.progress().tell("already done: " + recipe.output());
            return Optional.of(withOtherForm(existing, model));
        }
        context.progress().tell("adding " + changes.added() + " pictures to " + recipe.output());
        return Optional.of(make(new Base(Optional.of(existing), true, changes.gone()), model, made, sources, reading));
    }

    /** Writes the existing table in the other form too, if that is requested only now. */
    private RunReport withOtherForm(RunReport existing, SourceModel model) {
        otherForm(model).filter(ClipRetrieval::isBehind).ifPresent(form -> {
            context.progress().tell("writing " + output.published(ClipRetrieval.FOLDER));
            output.begin();
            form.stage(true);
            output.add(existing);
        });
        return existing;
    }

    private Optional<ClipRetrieval> otherForm(SourceModel model) {
        return recipe.embedding(model.card())
                .map(column -> new ClipRetrieval(context, output, recipe.tableName(), column))
                .filter(form -> recipe.also() == TableRecipe.Also.CLIP_RETRIEVAL || form.isThere());
    }

    private static String fingerprint(String made, PictureSources sources) {
        return Fingerprint.of(made, sources.fingerprint());
    }

    private RunReport make(Base base, SourceModel model, String made, PictureSources sources, SourceReading reading) {
        // Before anything is written: a network that cannot be loaded must leave no trace in the output.
        EmbeddingTable table = recipe.table(model);
        String[] layers = table.columns().stream().map(OutputColumn::layer).toArray(String[]::new);
        ComputationGraph network = NetworkCut.upTo(model.network(), layers);
        output.begin(TablePass.DONE, Fingerprint.of(made, sources.labelNames().toString()));
        report.checkEngine();
        String fingerprint = fingerprint(made, sources);
        report.fingerprint(base.kept() == 0 ? fingerprint : Fingerprint.of(fingerprint, "kept " + base.kept()))
                .weightsSha256(model.identity())
                .input("pictures", input + " " + sources.fingerprint())
                .input("model", recipe.model() + " " + model.identity());
        TablePass pass = new TablePass(context, recipe, table, output, sources);
        EngineChoice wanted = recipe.inference().engine();
        EngineChoice choice = earlierEngine(base).map(wanted::continuing).orElse(wanted);
        EngineSpec engine = new NetworkShipment(context, report, recipe.inference())
                .ship(choice, network, model.card().input(), () -> pass.samples(reading.hadoop()));
        context.files(engineFile()).writeText(engineFile(), engine.kind().name());
        Optional<KnownContents> published = base.alike()
                .filter(any -> publishedEngine().equals(Optional.of(engine.kind())))
                .map(any -> publishedContents(table));
        Dataset<Row> rows = pass.run(engine, reading.hadoop(), base.addedTo().map(any -> ledger()), published, report);
        Optional<ClipRetrieval> also = otherForm(model)
                .filter(form -> base.addedTo().isPresent() || recipe.also() == TableRecipe.Also.CLIP_RETRIEVAL);
        return new TableWriter(context, recipe, table, output, description)
                .publish(rows, description.withEngine(made, engine.kind()), report, base.addedTo(), also);
    }

    private KnownContents publishedContents(EmbeddingTable table) {
        String folder = output.published(recipe.tableName()).toString();
        return new KnownContents(
                ledger().rows(),
                context.spark().read().schema(table.finishedType()).parquet(folder));
    }

    /** The engine of the rows of a killed run or of the existing table: all rows must come from one engine. */
    private Optional<EngineSpec.Kind> earlierEngine(Base base) {
        if (context.files(engineFile()).exists(engineFile())) {
            return TableDescription.kind(context.files(engineFile()).readText(engineFile()));
        }
        return base.alike().flatMap(any -> publishedEngine());
    }

    private Optional<EngineSpec.Kind> publishedEngine() {
        Path file = output.published(description.fileName());
        return description.engine(context.files(file).readText(file));
    }

    private Path engineFile() {
        return new Path(output.staged(TablePass.DONE), "_engine");
    }
}
