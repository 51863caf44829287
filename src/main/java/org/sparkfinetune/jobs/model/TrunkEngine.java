package org.sparkfinetune.jobs.model;

import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.inference.engine.EngineChoice;
import org.sparkfinetune.inference.engine.EngineSpec;
import org.sparkfinetune.inference.engine.ShippedNetwork;
import org.sparkfinetune.jobs.pictures.DatasetPictures;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.jobs.run.JobReport;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * Sends a network to the executors, to be run by the engine that the recipe asks for, and tells which one it became.
 *
 * @param report gets the engine too
 */
public record TrunkEngine(JobContext context, JobReport report, InferenceOptions options) {
    /** Pictures that ONNX Runtime is tried on. */
    public static final int SAMPLES = 4;

    /**
     * The engine that the recipe asks for.
     *
     * @param samples gives encoded pictures of the job; only asked when they are needed
     */
    public EngineSpec start(ComputationGraph network, Preprocessing input, Supplier<List<byte[]>> samples) {
        return start(options.engine(), network, input, samples);
    }

    /** The same, where an earlier run may have chosen already. */
    public EngineSpec start(
            EngineChoice choice, ComputationGraph network, Preprocessing input, Supplier<List<byte[]>> samples) {
        List<byte[]> pictures = choice == EngineChoice.DL4J ? List.of() : samples.get();
        ShippedNetwork shipped = ShippedNetwork.ship(context.spark().sparkContext(), network, input, choice, pictures);
        context.progress().tell(shipped.description());
        report.ranBy(shipped.description());
        return shipped.engine();
    }

    /** Encoded pictures of a split. */
    public static List<byte[]> samples(JobContext context, Path dataset, String split) {
        List<Row> rows = DatasetPictures.read(context, dataset, List.of(split))
                .select(DatasetSchema.IMAGE)
                .takeAsList(SAMPLES);
        return rows.stream().map(row -> row.<byte[]>getAs(0)).toList();
    }
}
