package org.sparkfinetune.jobs.model;

import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Chooses the engine that runs a network, sends the network to the executors, and reports which engine was chosen.
 *
 * @param report report that gets the engine
 */
public record NetworkShipment(JobContext context, JobReport report, InferenceOptions options) {
    /** Number of pictures that ONNX Runtime is tried on. */
    public static final int SAMPLES = 4;

    /**
     * Ships with the engine of the recipe.
     *
     * @param samples supplier of encoded pictures of the job; called only when needed
     */
    public EngineSpec ship(ComputationGraph network, Preprocessing input, Supplier<List<byte[]>> samples) {
        return ship(options.engine(), network, input, samples);
    }

    /** Ships with an engine that an earlier run may have chosen already. */
    public EngineSpec ship(
            EngineChoice choice, ComputationGraph network, Preprocessing input, Supplier<List<byte[]>> samples) {
        List<byte[]> pictures = choice == EngineChoice.DL4J ? List.of() : samples.get();
        ShippedNetwork shipped = ShippedNetwork.ship(context.spark().sparkContext(), network, input, choice, pictures);
        context.progress().tell(shipped.description());
        report.ranBy(shipped.description());
        return shipped.engine();
    }

    /** Some encoded pictures of a split. */
    public static List<byte[]> samples(JobContext context, Path dataset, Split split) {
        List<Row> rows = DatasetPictures.read(context, dataset, List.of(split))
                .select(DatasetSchema.IMAGE)
                .takeAsList(SAMPLES);
        return rows.stream().map(row -> row.<byte[]>getAs(0)).toList();
    }
}
