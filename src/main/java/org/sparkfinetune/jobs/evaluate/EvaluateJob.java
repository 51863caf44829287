package org.sparkfinetune.jobs.evaluate;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.forward.ForwardMeter;
import org.sparkfinetune.inference.forward.PictureForward;
import org.sparkfinetune.inference.forward.PictureResult;
import org.sparkfinetune.jobs.model.NetworkShipment;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.pictures.DatasetQuality;
import org.sparkfinetune.jobs.pictures.Thumbnails;
import org.sparkfinetune.jobs.run.Fingerprint;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobOutput;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.jobs.run.ProgressWatch;
import org.sparkfinetune.report.RunReport;
import org.sparkfinetune.report.Scorecard;
import org.sparkfinetune.zoo.card.Preprocessing;

/** Runs a model over one split of a dataset and counts how often it is right. */
final class EvaluateJob implements Job {
    private static final String PREDICTIONS = "predictions";
    private static final int LABELS_SHOWN = 20;
    private static final StructType SCHEMA = new StructType()
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(DatasetSchema.LABEL, DataTypes.IntegerType)
            .add(DatasetSchema.LABEL_NAME, DataTypes.StringType)
            .add("predicted", DataTypes.IntegerType)
            .add("predictedName", DataTypes.StringType)
            .add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false));

    private final EvaluateRecipe recipe;
    private final JobContext context;
    private final JobReport report;
    private final Path dataset;
    private final Split split;
    private final JobOutput output;

    EvaluateJob(EvaluateRecipe recipe, JobContext context) {
        this.recipe = recipe;
        this.context = context;
        this.report = new JobReport(context, recipe.kind(), 0);
        this.dataset = context.path("dataset", recipe.dataset());
        this.split = recipe.split();
        this.output = new JobOutput(context, recipe.output(), List.of(PREDICTIONS), List.of());
    }

    @Override
    public RunReport run() {
        try (output) {
            DatasetDescription description =
                    DatasetDescription.read(context.files(dataset).fileSystem(), dataset);
            SourceModel model = SourceModel.open(context, "run", recipe.run());
            requireFits(model, description);
            String fingerprint = Fingerprint.of(model.identity(), description.contentFingerprint(), split.key());
            Optional<RunReport> finished = output.finished(fingerprint, recipe.overwrite());
            if (finished.isPresent()) {
                return finished.get();
            }
            // Before anything is written: a network that cannot be loaded must leave no trace in the output.
            ComputationGraph network = model.network();
            output.begin();
            report.checkEngine();
            report.fingerprint(fingerprint)
                    .weightsSha256(model.identity())
                    .input("run", model.name() + " " + model.identity())
                    .input("dataset", dataset + " " + description.contentFingerprint());
            long pictures = description.pictures(split);
            predict(network, model.card().input(), description, pictures);
            return publish(count(description, pictures).evaluation(split.key()), description);
        }
    }

    private void predict(ComputationGraph network, Preprocessing input, DatasetDescription description, long pictures) {
        EngineSpec engine = new NetworkShipment(context, report, recipe.inference())
                .ship(network, input, () -> NetworkShipment.samples(context, dataset, split));
        ForwardMeter meter = ForwardMeter.register(context.spark().sparkContext());
        PictureForward<Row> forward = new PictureForward<>(
                engine,
                PictureLimits.DEFAULT,
                recipe.inference().batchSize(),
                picture -> picture.getAs(DatasetSchema.IMAGE),
                meter);
        List<String> names = description.labelNames();
        long start = System.nanoTime();
        try (ProgressWatch watch =
                context.watch("predict the " + split.key() + " split", pictures, "pictures", meter.images())) {
            JavaRDD<Row> predictions = DatasetPictures.read(context, dataset, List.of(split))
                    .toJavaRDD()
                    .repartition(context.tasks(pictures))
                    .mapPartitions(forward)
                    .map(outcome -> prediction(outcome, names));
            context.spark()
                    .createDataFrame(predictions, SCHEMA)
                    .write()
                    .parquet(output.staged(PREDICTIONS).toString());
        }
        report.throughput(pictures, start, meter);
    }

    private static Row prediction(PictureResult<Row> outcome, List<String> names) {
        Row picture = outcome.source();
        float[] probabilities = DatasetPictures.requireDone(outcome, picture.getAs(DatasetSchema.PATH))
                .activations()[0];
        int predicted = Scorecard.argMax(probabilities);
        return RowFactory.create(
                picture.getAs(DatasetSchema.PATH),
                picture.getAs(DatasetSchema.SHA256),
                picture.getAs(DatasetSchema.LABEL),
                picture.getAs(DatasetSchema.LABEL_NAME),
                predicted,
                names.get(predicted),
                probabilities);
    }

    private Scorecard count(DatasetDescription description, long pictures) {
        context.progress().doing("count correct predictions");
        Scorecard scorecard = new Scorecard(description.labelNames());
        Iterator<Row> rows = context.spark()
                .read()
                .schema(SCHEMA)
                .parquet(output.staged(PREDICTIONS).toString())
                .select(DatasetSchema.PATH, DatasetSchema.LABEL, "probabilities")
                .toLocalIterator();
        long counted = 0;
        while (rows.hasNext()) {
            Row row = rows.next();
            List<Float> values = row.getList(2);
            float[] probabilities = new float[values.size()];
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = values.get(i);
            }
            scorecard.count(row.getString(0), row.getInt(1), probabilities);
            counted++;
        }
        if (counted != pictures) {
            throw new BadDataException(
                    dataset.toString(),
                    split.folder() + " holds " + counted + " pictures, but its dataset.json says " + pictures
                            + "; the dataset was changed, make it again with overwrite: true");
        }
        return scorecard;
    }

    private RunReport publish(RunReport.Evaluation evaluation, DatasetDescription description) {
        long pictures = description.pictures(split);
        RunReport done = report.data(new RunReport.Data(
                        pictures,
                        0,
                        Map.of(split.key(), pictures),
                        null,
                        null,
                        null,
                        DatasetQuality.of(description, null)))
                .evaluation(evaluation)
                .output("predictions", output.published(PREDICTIONS))
                .output("report", output.published(JobOutput.HTML))
                .done();
        output.finish(done, new Thumbnails(context, dataset, split).of(evaluation.mistakes()));
        return done;
    }

    private void requireFits(SourceModel model, DatasetDescription description) {
        if (!model.labelNames().equals(description.labelNames())) {
            throw new InvalidRequestException(
                    "dataset",
                    "has the labels " + shown(description.labelNames()) + ", the model of the run knows "
                            + shown(model.labelNames())
                            + "; evaluate it on a dataset with the same labels");
        }
        if (description.pictures(split) == 0) {
            throw new InvalidRequestException(
                    "split",
                    "is " + split.key() + ", which is empty in this dataset; its splits are "
                            + description.counts().keySet());
        }
    }

    private static String shown(List<String> labels) {
        return labels.size() <= LABELS_SHOWN
                ? labels.toString()
                : labels.size() + " labels, such as " + labels.subList(0, 3);
    }
}
