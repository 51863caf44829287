package org.sparkfinetune.ml;

import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.dataset.DatasetDescription;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.jobs.Jobs;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * One call of {@link ImageClassifier#fit}: makes a dataset of the table and a finetune run of the dataset, using the
 * same jobs as the command line. Dataset and run are named by their content, so that the same fit finds them again.
 *
 * @param owner holder of the parameters
 */
record Fitting(ImageClassifier owner, PictureParams pictures, TrainingParams training, PredictionParams predictions) {
    private static final String PLACE = "ImageClassifier";
    private static final int NAME_DIGITS = 16;
    private static final List<String> OURS = List.of("kind", "dataset", "output");

    /**
     * The result of the fit.
     *
     * @param run folder of the finetune run
     */
    record Fitted(String run, Classes classes) {}

    Fitted fit(Dataset<Row> table) {
        JobContext context = new JobContext(table.sparkSession(), LoggedProgress.INSTANCE);
        Path work = WorkFolder.of(context, owner.getOrDefault(training.workDir()));
        LabelColumn label = LabelColumn.of(table.schema(), owner.getOrDefault(training.labelCol()));
        // Finds wrong settings before hours of reading pictures.
        Jobs.read(recipe(new Path(work, "datasets"), ""));
        Path dataset = dataset(context, work, table, label);
        DatasetDescription description =
                DatasetDescription.read(context.files(dataset).fileSystem(), dataset);
        String name = Sha256.of(
                        YamlFile.write((Record) Jobs.read(recipe(dataset, ""))) + description.contentFingerprint())
                .substring(0, NAME_DIGITS);
        Path run = new Path(work, "runs/" + name);
        Jobs.read(recipe(dataset, run.toString())).execute(context);
        return new Fitted(run.toString(), label.classes(description.labelNames()));
    }

    private Path dataset(JobContext context, Path work, Dataset<Row> table, LabelColumn label) {
        HadoopFiles files = context.files(work);
        String unique = UUID.randomUUID().toString();
        Path written = new Path(work, "tables/" + unique);
        Path unnamed = new Path(work, "tables/" + unique + "-dataset");
        try {
            table.select(columns(table.schema(), label)).write().parquet(written.toString());
            Jobs.read(yaml(shard(written, unnamed))).execute(context);
            DatasetDescription description = DatasetDescription.read(files.fileSystem(), unnamed);
            // The names of the classes are not part of a dataset's own fingerprint.
            String name = Sha256.of(description.contentFingerprint() + description.labelNames())
                    .substring(0, NAME_DIGITS);
            Path dataset = new Path(work, "datasets/" + name);
            files.makeFolder(dataset.getParent());
            publish(files, unnamed, dataset);
            return dataset;
        } finally {
            // A failed dataset stays, so that its rejected pictures can be examined.
            files.delete(written);
        }
    }

    /** Another fit may have made the same dataset, before or at this moment. */
    private static void publish(HadoopFiles files, Path unnamed, Path dataset) {
        try {
            if (!files.exists(dataset)) {
                files.publish(unnamed, dataset);
            }
        } catch (BadDataException e) {
            if (!files.exists(dataset)) {
                throw e;
            }
        }
        files.delete(unnamed);
    }

    private Column[] columns(StructType schema, LabelColumn label) {
        PictureColumn pictureColumn = PictureColumn.of(schema, owner.getOrDefault(pictures.inputCol()));
        Column picture = EmbeddingTable.quoted(pictureColumn.name());
        List<Column> columns = new ArrayList<>();
        if (pictureColumn instanceof PictureColumn.Paths) {
            columns.add(picture.as("path"));
        } else {
            columns.add(picture.as("image"));
            boolean named = Arrays.asList(schema.fieldNames()).contains("path")
                    && schema.apply("path").dataType() instanceof StringType;
            if (named) {
                columns.add(EmbeddingTable.quoted("path"));
            }
        }
        columns.add(label.text().as("label"));
        String indicator = owner.getOrDefault(training.validationIndicatorCol());
        if (!indicator.isEmpty()) {
            columns.add(when(EmbeddingTable.quoted(indicator), Split.VALIDATION.key())
                    .otherwise(Split.TRAIN.key())
                    .as("split"));
        }
        return columns.toArray(Column[]::new);
    }

    /** @throws InvalidRequestException when the indicator column for validation does not exist, or is not boolean */
    static void requireIndicator(StructType schema, String name) {
        if (name.isEmpty()) {
            return;
        }
        StructField column = Columns.require(schema, "validationIndicatorCol", name);
        if (!(column.dataType() instanceof BooleanType)) {
            throw Columns.wrongType("validationIndicatorCol", column, "is boolean");
        }
    }

    private Map<String, Object> shard(Path written, Path output) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("kind", "shard");
        keys.put("input", written.toString());
        keys.put("output", output.toString());
        boolean given = !owner.getOrDefault(training.validationIndicatorCol()).isEmpty();
        keys.put("source", Map.of("format", "parquet", "columns", given ? Map.of("split", "split") : Map.of()));
        keys.put("seed", owner.getOrDefault(training.seed()));
        double validation = (double) owner.getOrDefault(training.validationFraction());
        keys.put("splits", Map.of("train", 1 - validation, "validation", validation, "test", 0));
        keys.put("maxRejectedFraction", owner.getOrDefault(training.maxRejectedFraction()));
        return keys;
    }

    private YamlFile recipe(Path dataset, String output) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("kind", "finetune");
        keys.put("dataset", dataset.toString());
        keys.put("output", output);
        keys.put("model", owner.getOrDefault(training.modelName()));
        keys.put("freezeUpTo", owner.getOrDefault(training.freezeUpTo()));
        keys.put("seed", owner.getOrDefault(training.seed()));
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("epochs", owner.getOrDefault(training.epochs()));
        options.put("batchSizePerWorker", owner.getOrDefault(training.batchSize()));
        options.put("learningRate", owner.getOrDefault(training.learningRate()));
        options.put("workers", owner.getOrDefault(training.workers()));
        keys.put("training", options);
        keys.put(
                "inference",
                Map.of(
                        "batchSize",
                        owner.getOrDefault(predictions.inferenceBatchSize()),
                        "engine",
                        owner.getOrDefault(pictures.engine())));
        return yaml(keys).with(settings());
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String setting : owner.getOrDefault(training.settings())) {
            int sign = setting.indexOf('=');
            String key = sign < 0 ? setting : setting.substring(0, sign);
            if (sign < 1 || OURS.contains(key)) {
                throw new InvalidRequestException(
                        "settings",
                        "has \"" + setting
                                + "\", allowed is KEY=VALUE, such as training.schedule.kind=cosine, for any key of a"
                                + " finetune recipe except " + OURS);
            }
            settings.put(key, setting.substring(sign + 1));
        }
        return settings;
    }

    /** Every JSON text is YAML. */
    private static YamlFile yaml(Map<String, Object> keys) {
        return YamlFile.parse(PLACE, Json.line(keys));
    }
}
