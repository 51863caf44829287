package org.sparkfinetune.jobs.extract;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.Key;
import org.sparkfinetune.config.YamlFile;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.EmbeddingTable.EmbeddingColumn;
import org.sparkfinetune.features.OutputColumn;
import org.sparkfinetune.features.Pooling;
import org.sparkfinetune.features.VectorType;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Job;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.zoo.card.ModelCard;

/** {@code kind: extract}: embeddings of pictures in Parquet. */
public record ExtractRecipe(
        @Key("Kind of job: extract") String kind,

        @Key("Folder of a dataset, or any input of shard: folder, table or tar of pictures")
        String input,

        @Key(value = "How an input that is not a dataset is read", defaultValue = "{}")
        SourceOptions source,

        @Key("Name of a card in model-zoo/, path of a card ending in .yaml, or folder of a finetune run")
        String model,

        @Key(value = "Layer whose activations are the embedding; empty for that of the card", defaultValue = "''")
        String layer,

        @Key(
                value = "Several layers at once, each with the output to keep: embedding, or topN for the N classes"
                        + " with the highest scores of an output layer, such as {fc2: embedding, predictions:"
                        + " top5}",
                defaultValue = "{}")
        Map<String, String> outputs,

        @Key(
                value = "Pooling of a layer that has a value for each place of the picture: avg, max, gem (generalized"
                        + " mean, p = 3) of each channel, or flatten",
                defaultValue = "avg")
        Pooling pooling,

        @Key(value = "none, or l2: every embedding gets Euclidean length 1", defaultValue = "none")
        Normalization normalize,

        @Key(
                value = "Type of an embedding: float32 (array<float>), float16 (binary, 2 little-endian bytes per"
                        + " value), or ml-vector (Spark ML's dense Vector, 8 bytes per value)",
                defaultValue = "float32")
        VectorType dtype,

        @Key(
                value = "Names of columns by layer; otherwise embedding and predictions, with _LAYER appended if there"
                        + " are several",
                defaultValue = "{}")
        Map<String, String> columns,

        @Key(
                value = "Form of the embeddings besides the table: none, or clip-retrieval (.npy matrices with Parquet"
                        + " files, in the layout of clip-retrieval); once a table has it, it is kept complete",
                defaultValue = "none")
        Also also,

        @Key("Folder of the embeddings") String output,

        @Key(value = "Limits of the size of a picture", defaultValue = "{}")
        PictureLimits limits,

        @Key(
                value = "Fraction of pictures that may be rejected before the job fails",
                defaultValue = "0.05",
                min = 0,
                max = 1)
        double maxRejectedFraction,

        @Key(value = "Replace the embeddings of another recipe in the output folder", defaultValue = "false")
        boolean overwrite,

        @Key(value = "Keep the rows of pictures that are no longer in the input", defaultValue = "false")
        boolean keepRemoved,

        @Key(value = "How pictures are run through the network", defaultValue = "{}")
        InferenceOptions inference)
        implements TableRecipe {
    private static final String EMBEDDING = "embedding";
    private static final String PREDICTIONS = "predictions";
    private static final String TOP = "top";
    private static final String TOP_N = TOP + "[1-9]\\d{0,5}";

    /** The normalization of an embedding. */
    enum Normalization {
        NONE,
        L2
    }

    @Override
    public void validate(YamlFile file) {
        // The model may be a run that does not exist yet; its layers are checked when the job starts.
        List<Problem> problems = new ArrayList<>();
        if (!layer.isEmpty() && !outputs.isEmpty()) {
            problems.add(new Problem(
                    file.place("layer"),
                    "is \"" + layer + "\", but outputs names the layers already; remove one of them"));
        }
        outputs.forEach((name, kept) -> {
            if (!kept.equals(EMBEDDING) && !kept.matches(TOP_N)) {
                problems.add(new Problem(
                        file.place("outputs." + name),
                        "is \"" + kept + "\", allowed are embedding, and topN such as top5"));
            }
        });
        columns.keySet().stream()
                .filter(name -> !outputs.containsKey(name) && !name.equals(layer))
                .forEach(name -> problems.add(new Problem(
                        file.place("columns." + name),
                        "names a column of a layer that is neither in layer nor in outputs")));
        if (also == Also.CLIP_RETRIEVAL && !outputs.isEmpty() && embeddings() != 1) {
            problems.add(new Problem(
                    file.place("also"),
                    "is clip-retrieval, which holds one embedding per picture, but outputs has " + embeddings()
                            + "; keep one embedding in outputs, or remove also"));
        }
        if (problems.isEmpty() && !outputs.isEmpty()) {
            problems.addAll(sameNames(file));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    private long embeddings() {
        return outputs.values().stream().filter(EMBEDDING::equals).count();
    }

    private List<Problem> sameNames(YamlFile file) {
        List<Problem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>(EmbeddingTable.pictureColumns());
        outputs.forEach((layerName, kept) -> {
            String name = columnName(layerName, kept);
            if (!names.add(name)) {
                problems.add(new Problem(
                        file.place("columns." + layerName),
                        "\"" + name + "\" is the name of another column; choose one"));
            }
        });
        return problems;
    }

    @Override
    public String tableName() {
        return "embeddings";
    }

    /** What is kept of each layer. */
    private Map<String, String> kept(ModelCard card) {
        if (!outputs.isEmpty()) {
            return outputs;
        }
        return Map.of(layer.isEmpty() ? card.embedding().layer() : layer, EMBEDDING);
    }

    @Override
    public Map<String, Object> outputs(ModelCard card) {
        Map<String, Object> described = new LinkedHashMap<>();
        kept(card).forEach((name, what) -> {
            Map<String, Object> column = new LinkedHashMap<>();
            column.put("column", columnName(name, what));
            column.put("kept", what);
            if (what.equals(EMBEDDING)) {
                column.put("pooling", pooling);
                column.put("normalize", normalize);
                column.put("dtype", dtype);
            }
            described.put(name, column);
        });
        return described;
    }

    @Override
    public Optional<EmbeddingColumn> embedding(ModelCard card) {
        List<String> names = kept(card).entrySet().stream()
                .filter(output -> output.getValue().equals(EMBEDDING))
                .map(output -> columnName(output.getKey(), EMBEDDING))
                .toList();
        return names.size() == 1 ? Optional.of(new EmbeddingColumn(names.get(0), dtype)) : Optional.empty();
    }

    @Override
    public EmbeddingTable table(SourceModel model) {
        String place = outputs.isEmpty() ? "layer" : "outputs";
        List<OutputColumn> made = new ArrayList<>();
        kept(model.card()).forEach((name, what) -> {
            model.requireLayer(place, name);
            made.add(
                    what.equals(EMBEDDING)
                            ? new OutputColumn.Embedding(
                                    columnName(name, what),
                                    name,
                                    model.channels(name),
                                    pooling,
                                    normalize == Normalization.L2,
                                    dtype)
                            : new OutputColumn.TopClasses(
                                    columnName(name, what),
                                    name,
                                    Integer.parseInt(what.substring(TOP.length())),
                                    model.labelsOf(name)));
        });
        return new EmbeddingTable(made);
    }

    private String columnName(String layerName, String what) {
        if (columns.containsKey(layerName)) {
            return columns.get(layerName);
        }
        boolean embedding = what.equals(EMBEDDING);
        String name = embedding ? EMBEDDING : PREDICTIONS;
        long alike = outputs.values().stream()
                .filter(other -> other.equals(EMBEDDING) == embedding)
                .count();
        return alike > 1 ? name + "_" + layerName : name;
    }

    @Override
    public Job job(JobContext context) {
        return new TableJob(this, context);
    }
}
