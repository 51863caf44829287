package org.sparkfinetune.jobs.extract;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Ledger;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.PictureSource;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.jobs.model.NetworkShipment;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.jobs.run.ProgressWatch;

/**
 * The pass of a table job over its pictures: each task reads, decodes, resizes, runs forward and writes in one step.
 * Each task commits its rows, so that a killed job can be resumed.
 */
record TablePass(
        JobContext context, TableRecipe recipe, EmbeddingTable table, JobOutput output, PictureSources sources) {
    /** Staged folder of the finished rows, which the next run reuses when this one is killed. */
    static final String DONE = "done";

    /** Some pictures of the input; one that cannot be read is rejected later. */
    List<byte[]> samples(Broadcast<SerializableConfiguration> hadoop) {
        List<byte[]> samples = new ArrayList<>();
        for (PictureSource source : sources.pictures().take(NetworkShipment.SAMPLES)) {
            try {
                samples.add(encoded(source, hadoop.value().value()));
            } catch (RejectedPictureException e) {
                context.progress().tell("not tried on " + source.file().path() + ": " + e.getMessage());
            }
        }
        return samples;
    }

    private byte[] encoded(PictureSource source, Configuration hadoop) throws RejectedPictureException {
        return source.image() != null ? source.image() : source.file().read(recipe.limits(), hadoop);
    }

    /**
     * Runs the network over every picture that has no row yet, unless its content is known.
     *
     * @param known pictures of the table that rows are added to
     * @param published contents of the existing table, whether rows are added to it or it is replaced
     * @return rows of {@link EmbeddingTable#staged}, one for each picture of the input that is not in {@code known}
     */
    Dataset<Row> run(
            EngineSpec engine,
            Broadcast<SerializableConfiguration> hadoop,
            Optional<Ledger> known,
            Optional<KnownContents> published,
            JobReport report) {
        PartFiles parts = PartFiles.of(context, output.staged(DONE), table.staged());
        context.progress().doing("find the pictures that are left to do");
        JavaRDD<String> listed = sources.listed().map(PictureFile::key).distinct();
        JavaRDD<String> wanted = known.map(ledger -> listed.subtract(keys(ledger.rows())))
                .orElse(listed)
                .cache();
        try {
            long total = wanted.count();
            long undone = left(wanted, parts);
            reportResumed(total - undone);
            Meters meters = Meters.register(context);
            long start = System.nanoTime();
            if (undone > 0 && !sources.isDataset()) {
                published.ifPresent(contents -> reuse(contents, missing(parts, known, undone), hadoop, parts, meters));
            }
            long images = published.isPresent() ? left(wanted, parts) : undone;
            reportReused(undone - images);
            long left = images;
            while (left > 0) {
                forward(missing(parts, known, left), left, forward(engine, hadoop, meters), parts, meters);
                long still = left(wanted, parts);
                if (still >= left) {
                    throw new IllegalStateException(still + " pictures were lost by the tasks");
                }
                left = still;
            }
            report.throughput(
                    new JobReport.Passed(images, undone - images),
                    start,
                    meters.forward(),
                    meters.writeNanos().value() / 1e9);
            return onlyWanted(done(parts), wanted, total);
        } finally {
            wanted.unpersist(false);
        }
    }

    private static long left(JavaRDD<String> wanted, PartFiles parts) {
        return wanted.subtract(keys(done(parts))).count();
    }

    private JavaRDD<PictureSource> missing(PartFiles parts, Optional<Ledger> known, long count) {
        JavaRDD<String> keys = keys(done(parts));
        JavaRDD<PictureSource> missing = sources.without(
                context, known.map(ledger -> keys.union(keys(ledger.rows()))).orElse(keys));
        return sources.balanced(context, missing, count);
    }

    private void reuse(
            KnownContents contents,
            JavaRDD<PictureSource> missing,
            Broadcast<SerializableConfiguration> hadoop,
            PartFiles parts,
            Meters meters) {
        if (contents.isEmpty()) {
            return;
        }
        context.progress().tell("reading new pictures, to find those that are known under other paths");
        Dataset<Row> hashed = KnownContents.hashed(context, missing, recipe.limits(), hadoop);
        try {
            Dataset<Row> rows = contents.takenOver(table, hashed);
            parts.write(rows.queryExecution().toRdd().toJavaRDD(), meters.writeNanos());
        } finally {
            hashed.unpersist(false);
        }
    }

    private void reportReused(long pictures) {
        if (pictures > 0) {
            context.progress().tell(pictures + " pictures are known under other paths; their rows are reused");
        }
    }

    /**
     * Rows that are finished; files that an earlier run could not read are tried again, as they may be readable now.
     */
    private static Dataset<Row> done(PartFiles parts) {
        Column readable = col(DatasetSchema.ERROR_CLASS)
                .isNull()
                .or(col(DatasetSchema.ERROR_CLASS).notEqual(ErrorClass.UNREADABLE.name()));
        return parts.ofEarlierRuns().where(readable).union(parts.ofThisRun());
    }

    private void reportResumed(long pictures) {
        if (pictures > 0) {
            context.progress().tell("an earlier run has done " + pictures + " pictures already; resuming");
        }
    }

    /** Counters of the tasks. */
    private record Meters(ForwardMeter forward, LongAccumulator writeNanos) {
        static Meters register(JobContext context) {
            SparkContext spark = context.spark().sparkContext();
            return new Meters(ForwardMeter.register(spark), spark.longAccumulator("writeNanos"));
        }
    }

    private PictureForward<PictureSource> forward(
            EngineSpec engine, Broadcast<SerializableConfiguration> hadoop, Meters meters) {
        PictureLimits limits = recipe.limits();
        return new PictureForward<>(
                engine,
                limits,
                recipe.inference().batchSize(),
                source -> source.image() != null
                        ? source.image()
                        : source.file().read(limits, hadoop.value().value()),
                meters.forward());
    }

    private void forward(
            JavaRDD<PictureSource> missing,
            long left,
            PictureForward<PictureSource> forward,
            PartFiles parts,
            Meters meters) {
        EmbeddingTable columns = table;
        JavaRDD<InternalRow> rows = missing.mapPartitions(forward).map(columns::row);
        String what = recipe.kind() + " from " + sources.description();
        try (ProgressWatch watch =
                context.watch(what, left, "pictures", meters.forward().images())) {
            parts.write(rows, meters.writeNanos());
        }
    }

    private static JavaRDD<String> keys(Dataset<Row> rows) {
        return rows.select(EmbeddingTable.KEY).as(Encoders.STRING()).toJavaRDD();
    }

    /**
     * Drops surplus rows: of pictures that are gone since a run was killed, and of pictures that the input lists twice.
     */
    private Dataset<Row> onlyWanted(Dataset<Row> rows, JavaRDD<String> wanted, long total) {
        if (rows.count() == total) {
            return rows;
        }
        Dataset<Row> keys =
                context.spark().createDataset(wanted.rdd(), Encoders.STRING()).toDF(EmbeddingTable.KEY);
        return rows.dropDuplicates(new String[] {EmbeddingTable.KEY})
                .join(keys, rows.col(EmbeddingTable.KEY).equalTo(keys.col(EmbeddingTable.KEY)), "left_semi");
    }
}
