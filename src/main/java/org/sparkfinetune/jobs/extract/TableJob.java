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
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.model.TrunkEngine;
import org.sparkfinetune.jobs.pictures.SourceListing;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.zoo.network.NetworkCut;

/**
 * Runs a network over pictures and keeps what comes out, one row a picture, in Parquet: embeddings, or the classes it sees. A
 * picture that is done is not done again, whether the run that did it ended or was killed.
 */
final class TableJob {
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

    RunReport run() {
        try (output) {
            return work();
        }
    }

    private RunReport work() {
        output.recover();
        SourceModel model = SourceModel.open(context, "model", recipe.model());
        String made = description.text(model, recipe);
        Optional<RunReport> there = madeAlike(made);
        SourceReading reading = SourceListing.reading(context);
        if (there.isPresent()) {
            List<String> labelNames = ledger().labelNames();
            try (PictureSources sources = PictureSources.of(context, input, recipe.source(), reading, labelNames)) {
                Optional<RunReport> updated = update(there.get(), model, made, sources, reading);
                if (updated.isPresent()) {
                    return updated.get();
                }
            }
        }
        try (PictureSources sources = PictureSources.of(context, input, recipe.source(), reading, List.of())) {
            return make(new Base(there, false, 0), model, made, sources, reading);
        }
    }

    /**
     * The table that is there.
     *
     * @param alike its report, when its rows are what this recipe makes of pictures
     * @param grows whether pictures are added to it; else it is replaced
     * @param kept rows of pictures that are gone
     */
    private record Base(Optional<RunReport> alike, boolean grows, long kept) {
        /** Report of the table that pictures are added to. */
        Optional<RunReport> addedTo() {
            return alike.filter(any -> grows);
        }
    }

    /**
     * The report of the table that is there, when its rows are what this recipe would make of the same pictures.
     *
     * @throws InvalidRequestException when they are not, and must not be replaced
     */
    private Optional<RunReport> madeAlike(String made) {
        Optional<RunReport> there = output.there();
        if (there.isEmpty()) {
            return there;
        }
        Path file = output.published(description.fileName());
        String published = description.fingerprint(context.files(file).readText(file));
        if (published.equals(description.fingerprint(made))) {
            return there;
        }
        if (!recipe.overwrite()) {
            throw new InvalidRequestException(
                    output.folder().toString(),
                    "holds what another model or recipe makes of pictures (fingerprint " + published + ", this one is "
                            + description.fingerprint(made)
                            + "); choose another output, or --set overwrite=true to replace it");
        }
        return Optional.empty();
    }

    private Ledger ledger() {
        String files = output.published(DatasetSchema.FILES).toString();
        return new Ledger(context.spark().read().schema(EmbeddingTable.LEDGER).parquet(files));
    }

    /** Adds the pictures that are new; nothing when the table is to be made again as a whole. */
    private Optional<RunReport> update(
            RunReport there, SourceModel model, String made, PictureSources sources, SourceReading reading) {
        if (output.isOf(there, fingerprint(made, sources))) {
            return Optional.of(withOtherForm(there, model));
        }
        Ledger.Changes changes = sources.changes(context, ledger());
        if (changes.changed() > 0 || changes.gone() > 0 && !recipe.keepRemoved()) {
            requireOverwrite(changes);
            return Optional.empty();
        }
        if (changes.added() == 0) {
            context.progress().tell("already done: " + recipe.output());
            return Optional.of(withOtherForm(there, model));
        }
        context.progress().tell("adding " + changes.added() + " pictures to " + recipe.output());
        return Optional.of(make(new Base(Optional.of(there), true, changes.gone()), model, made, sources, reading));
    }

    /** The table that is there, in the other form too where that is wanted only now. */
    private RunReport withOtherForm(RunReport there, SourceModel model) {
        otherForm(model).filter(ClipRetrieval::isBehind).ifPresent(form -> {
            context.progress().tell("writing " + output.published(ClipRetrieval.FOLDER));
            output.begin();
            form.stage(true);
            output.add(there);
        });
        return there;
    }

    private Optional<ClipRetrieval> otherForm(SourceModel model) {
        return recipe.embedding(model.card())
                .map(column -> new ClipRetrieval(context, output, recipe.tableName(), column))
                .filter(form -> recipe.also() == TableRecipe.Also.CLIP_RETRIEVAL || form.isThere());
    }

    private void requireOverwrite(Ledger.Changes changes) {
        if (recipe.overwrite()) {
            return;
        }
        String keep = changes.changed() == 0 ? " --set keepRemoved=true leaves their rows in it," : "";
        throw new InvalidRequestException(
                output.folder().toString(),
                "was made of " + input + " as it was before its pictures changed: " + changes.gone() + " are gone, "
                        + changes.changed() + " were written or tagged anew, " + changes.added() + " are new;" + keep
                        + " --set overwrite=true makes it again, another output keeps both");
    }

    private static String fingerprint(String made, PictureSources sources) {
        return Fingerprint.of(made, sources.fingerprint());
    }

    private RunReport make(Base base, SourceModel model, String made, PictureSources sources, SourceReading reading) {
        // What cannot be loaded leaves no trace in the output.
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
        EngineSpec engine = new TrunkEngine(context, report, recipe.inference())
                .start(choice, network, model.card().input(), () -> pass.samples(reading.hadoop()));
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

    /** Who ran the network for what a killed run has done, or for the table that is there: all rows come from one engine. */
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
