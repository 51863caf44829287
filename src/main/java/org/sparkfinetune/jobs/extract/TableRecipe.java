package org.sparkfinetune.jobs.extract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.source.SourceOptions;
import org.sparkfinetune.features.EmbeddingColumn;
import org.sparkfinetune.features.EmbeddingTable;
import org.sparkfinetune.jobs.model.InferenceOptions;
import org.sparkfinetune.jobs.model.SourceModel;
import org.sparkfinetune.jobs.run.Recipe;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;

/** A job that runs a network over pictures and keeps what comes out, one row a picture. */
public sealed interface TableRecipe extends Recipe permits ExtractRecipe, PredictRecipe {
    /** Folder of a dataset, or whatever {@code shard} takes. */
    String input();

    @Override
    default List<String> reads() {
        return SourceModel.isCard(model()) ? List.of(input()) : List.of(input(), model());
    }

    @Override
    default Optional<ModelCard> card() {
        return SourceModel.isCard(model()) ? Optional.of(ModelZoo.card(model())) : Optional.empty();
    }

    /** How an input that is no dataset is to be read. */
    SourceOptions source();

    /** Name of a card, path of a card, or folder of a run. */
    String model();

    /** What a picture may cost at most. */
    PictureLimits limits();

    /** Share of pictures that may be refused. */
    double maxRejectedFraction();

    /** Whether the table of another recipe may be replaced. */
    boolean overwrite();

    /** Whether pictures that are gone keep their rows. */
    boolean keepRemoved();

    /** How pictures are run through the network. */
    InferenceOptions inference();

    /** Name of the folder with the table; the file that tells how it was made has the same name, and {@code .json}. */
    String tableName();

    /** What decides the columns, by layer; must not need the network. */
    Map<String, Object> outputs(ModelCard card);

    /** The one column of embeddings that is to be written in other forms too; nothing where there are none, or several. */
    Optional<EmbeddingColumn> embedding(ModelCard card);

    /** Form that the embeddings are written in beside the table. */
    Also also();

    /** Forms of embeddings beside the table. */
    enum Also {
        NONE,
        CLIP_RETRIEVAL
    }

    /** The columns, one a layer, in the order of {@link #outputs}. */
    EmbeddingTable table(SourceModel model);
}
