package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.cluster.ProcessMemory;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.features.EmbeddingTable.EmbeddingColumn;
import org.sparkfinetune.inference.engine.ExecutorCores;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;

/** A recipe whose job runs a network over pictures and keeps its outputs, one row per picture. */
sealed interface TableRecipe extends Recipe permits ExtractRecipe, PredictRecipe {
    /** Folder of a dataset, or any input of {@code shard}. */
    String input();

    @Override
    default List<String> reads() {
        return SourceModel.isCard(model()) ? List.of(input()) : List.of(input(), model());
    }

    @Override
    default Optional<ModelCard> card() {
        return SourceModel.isCard(model()) ? Optional.of(ModelZoo.card(model())) : Optional.empty();
    }

    @Override
    default Optional<ProcessMemory> memory(ExecutorCores cores) {
        return card().map(card ->
                Recipe.forward(card, (long) cores.tasks() * inference().batchSize()));
    }

    /** How an input that is not a dataset is read. */
    SourceOptions source();

    /** Name of a card, path of a card, or folder of a run. */
    String model();

    /** Limits of the size of a picture. */
    PictureLimits limits();

    /** Fraction of pictures that may be rejected. */
    double maxRejectedFraction();

    /** Whether the table of another recipe may be replaced. */
    boolean overwrite();

    /** Whether the rows of pictures that are gone are kept. */
    boolean keepRemoved();

    /** How pictures are run through the network. */
    InferenceOptions inference();

    /** Name of the folder of the table; the file that describes it has this name with {@code .json}. */
    String tableName();

    /** Everything that decides the columns, by layer; found without the network. */
    Map<String, Object> outputs(ModelCard card);

    /** The column of embeddings that may be written in other forms too; empty unless there is exactly one. */
    Optional<EmbeddingColumn> embedding(ModelCard card);

    /** Form in which the embeddings are written besides the table. */
    Also also();

    /** Forms of embeddings besides the table. */
    enum Also {
        NONE,
        CLIP_RETRIEVAL
    }

    /** The columns, one per layer, in the order of {@link #outputs}. */
    EmbeddingTable table(SourceModel model);
}
