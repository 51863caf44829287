package org.sparkfinetune.testing;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * What Deeplearning4j itself makes of a dataset's pictures with a run's model.zip: one picture at a time, nothing of
 * ours around it.
 */
public final class Dl4jForward {
    private final ComputationGraph model;
    private final Preprocessing input = ModelZoo.card("squeezenet").input();
    private final PictureTensor tensor = new PictureTensor(input, PictureLimits.DEFAULT);

    public Dl4jForward(SmallRun run) throws IOException {
        this.model = ModelSerializer.restoreComputationGraph(
                run.run().resolve("model/model.zip").toFile(), false);
    }

    /** Activations of one layer, by SHA-256 of the picture. */
    public Map<String, float[]> activations(String parquet, String layer) throws RejectedPictureException {
        Map<String, float[]> activations = new HashMap<>();
        for (Row row : LocalSpark.session().read().parquet(parquet).collectAsList()) {
            float[] pixels = new float[tensor.floats()];
            tensor.write(row.<byte[]>getAs("image"), pixels, 0);
            try (INDArray picture = Nd4j.create(pixels, new long[] {1, 3, input.height(), input.width()}, 'c')) {
                INDArray activation = model.feedForward(picture, false).get(layer);
                activations.put(row.getAs("sha256"), activation.dup('c').ravel().toFloatVector());
            }
        }
        return activations;
    }
}
