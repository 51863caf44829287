package org.sparkfinetune.jobs.similar;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.features.similar.BlockPairs;
import org.sparkfinetune.features.similar.Groups;
import org.sparkfinetune.features.similar.VectorFacts;
import org.sparkfinetune.features.similar.VectorTable;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.jobs.run.ProgressWatch;
import org.sparkfinetune.report.RunReport;

/** Finds the nearest neighbours of pictures by their embeddings, and groups of near duplicates. */
final class SimilarJob implements Job {
    private static final String NEIGHBOURS = "neighbours";
    private static final String GROUPS = "groups";
    private static final long ROWS_PER_FILE = 1_000_000;

    private final SimilarRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final JobOutput output;

    SimilarJob(SimilarRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), 0);
        this.output = new JobOutput(context, recipe.output(), List.of(NEIGHBOURS, GROUPS), List.of());
    }

    @Override
    public RunReport run() {
        try (output) {
            EmbeddingFolder table = EmbeddingFolder.open(context, "embeddings", recipe.embeddings(), recipe.column());
            Optional<EmbeddingFolder> queries = recipe.queries().isEmpty()
                    ? Optional.empty()
                    : Optional.of(EmbeddingFolder.open(context, "queries", recipe.queries(), recipe.column()));
            queries.ifPresent(other -> other.requireMadeLike(table));
            String fingerprint = Fingerprint.of(
                    table.fingerprint(),
                    queries.map(EmbeddingFolder::fingerprint).orElse(""),
                    recipe.column(),
                    recipe.wantedText());
            Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
            if (finished.isPresent()) {
                return finished.get();
            }
            report.fingerprint(fingerprint)
                    .weightsSha256(table.weightsSha256())
                    .input("embeddings", table.folder() + " " + table.fingerprint());
            queries.ifPresent(other -> report.input("queries", other.folder() + " " + other.fingerprint()));
            // Before anything is written: unusable vectors must leave no trace in the output.
            Checked checked = check(table);
            Optional<Checked> checkedQueries = queries.map(this::check);
            checkedQueries.ifPresent(other -> requireSameLength(other, checked));
            output.begin();
            return search(checked, checkedQueries);
        }
    }

    private Checked check(EmbeddingFolder folder) {
        context.progress().doing("check the vectors");
        Dataset<Row> vectors = folder.vectors(context, recipe.column());
        VectorFacts facts = VectorFacts.of(vectors, folder.table(), recipe.column());
        if (facts.zeros() > 0) {
            context.progress()
                    .tell(facts.zeros() + " of " + facts.pictures() + " vectors of " + folder.key()
                            + " are all zeros; their cosine similarity to any other is taken as 0");
        }
        return new Checked(folder, vectors, facts);
    }

    private void requireSameLength(Checked queries, Checked table) {
        if (queries.facts().length() != table.facts().length()) {
            throw new BadDataException(
                    queries.folder().table(),
                    "has vectors of " + queries.facts().length() + " values in \"" + recipe.column() + "\", "
                            + table.folder().table() + " of " + table.facts().length());
        }
    }

    private RunReport search(Checked table, Optional<Checked> queries) {
        try (VectorTable among = blocks(table)) {
            if (queries.isEmpty()) {
                LongAccumulator done = counter();
                try (BlockPairs pairs = BlockPairs.within(among, recipe.wanted(), done)) {
                    long compared = among.count() * (among.count() - 1L) / 2;
                    return publish(pairs, among, among, new PairProgress(compared, done));
                }
            }
            try (VectorTable of = blocks(queries.get())) {
                LongAccumulator done = counter();
                try (BlockPairs pairs = BlockPairs.between(of, among, recipe.wanted(), done)) {
                    return publish(pairs, of, among, new PairProgress((long) of.count() * among.count(), done));
                }
            }
        }
    }

    private VectorTable blocks(Checked checked) {
        LongAccumulator done = counter();
        try (ProgressWatch watch =
                context.watch("read " + checked.folder().key(), checked.facts().pictures(), "vectors", done)) {
            return VectorTable.of(checked.vectors(), checked.facts(), done);
        }
    }

    private RunReport publish(BlockPairs pairs, VectorTable of, VectorTable among, PairProgress progress) {
        long start = System.nanoTime();
        Optional<Groups> groups;
        try (ProgressWatch watch = context.watch("compare", pairs.count(), "pairs of blocks", progress.done())) {
            writeNeighbours(pairs, of, among);
            groups = recipe.duplicates() > 0 ? Optional.of(pairs.groups(context.taskSlots())) : Optional.empty();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        context.progress().doing("write the groups");
        writeGroups(groups, among);
        RunReport done = report.data(new RunReport.Data(among.count(), 0, null, null, null, null))
                .similarity(similarity(groups, of, progress.compared(), seconds))
                .output(NEIGHBOURS, output.published(NEIGHBOURS))
                .output(GROUPS, output.published(GROUPS))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done);
        return done;
    }

    private RunReport.Similarity similarity(Optional<Groups> groups, VectorTable of, long compared, double seconds) {
        return new RunReport.Similarity(
                of.count(),
                recipe.neighbours(),
                recipe.metric().name().toLowerCase(Locale.ROOT),
                groups.map(found -> recipe.duplicates()).orElse(null),
                groups.map(Groups::pairs).orElse(null),
                groups.map(found -> (long) found.count()).orElse(null),
                groups.map(Groups::pictures).orElse(null),
                groups.map(found -> (long) found.largest()).orElse(null),
                compared,
                seconds,
                compared / seconds);
    }

    private void writeNeighbours(BlockPairs pairs, VectorTable of, VectorTable among) {
        Dataset<Row> neighbours = numbered(among)
                .select(
                        col(VectorTable.PICTURE).as(BlockPairs.NEIGHBOUR),
                        col(DatasetSchema.PATH).as("neighbourPath"),
                        col(DatasetSchema.SHA256).as("neighbourSha256"));
        Dataset<Row> found = context.spark()
                .createDataFrame(pairs.neighbours(), BlockPairs.NEIGHBOURS)
                .join(neighbours, BlockPairs.NEIGHBOUR)
                .join(numbered(of), VectorTable.PICTURE);
        int files = (int) (1 + (long) of.count() * recipe.neighbours() / ROWS_PER_FILE);
        write(
                NEIGHBOURS,
                found.repartitionByRange(files, col(VectorTable.PICTURE))
                        .sortWithinPartitions(VectorTable.PICTURE, BlockPairs.RANK)
                        .select(
                                col(DatasetSchema.PATH),
                                col(DatasetSchema.SHA256),
                                col(BlockPairs.RANK),
                                col("neighbourPath"),
                                col("neighbourSha256"),
                                col(BlockPairs.VALUE).as(recipe.metric().column())));
    }

    private Dataset<Row> numbered(VectorTable table) {
        return context.spark().createDataFrame(table.pictures(), VectorTable.PICTURES);
    }

    private void writeGroups(Optional<Groups> groups, VectorTable table) {
        JavaRDD<Row> rows = context.java().emptyRDD();
        if (groups.isEmpty()) {
            write(GROUPS, context.spark().createDataFrame(rows, Groups.MEMBERS));
            return;
        }
        Broadcast<Groups> found = context.java().broadcast(groups.get());
        try {
            rows = table.pictures()
                    .flatMap(picture -> found.value().member(picture).iterator());
            int files = (int) (1 + groups.get().pictures() / ROWS_PER_FILE);
            write(
                    GROUPS,
                    context.spark()
                            .createDataFrame(rows, Groups.MEMBERS)
                            .repartitionByRange(files, col(Groups.GROUP))
                            .sortWithinPartitions(Groups.GROUP, DatasetSchema.PATH));
        } finally {
            found.destroy();
        }
    }

    private void write(String part, Dataset<Row> rows) {
        rows.write().parquet(output.staged(part).toString());
        output.number(part, false);
    }

    private LongAccumulator counter() {
        return context.spark().sparkContext().longAccumulator();
    }

    /** A table whose vectors have been checked. */
    private record Checked(EmbeddingFolder folder, Dataset<Row> vectors, VectorFacts facts) {}

    /** Number of pairs to compare, and counter of those compared. */
    private record PairProgress(long compared, LongAccumulator done) {}
}
