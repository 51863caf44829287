package org.sparkfinetune.zoo;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;

/**
 * A network that a Keras {@code .h5} file describes itself, imported by Deeplearning4j and then turned from channels last,
 * as Keras has it, to channels first, as everything here has it.
 */
final class KerasH5Model {
    private KerasH5Model() {}

    /**
     * Reads network and parameters.
     *
     * @return input [n, 3, height, width]
     * @throws BadDataException when the file is no whole model, has a layer that cannot be imported, or is damaged
     */
    static ComputationGraph read(Path file, Preprocessing input) {
        // First with a reader that names what is wrong; the import below answers a damaged file with an exception of
        // HDF5.
        if (KerasH5File.read(file).isEmpty()) {
            throw new BadDataException(file.toString(), "has no arrays in it");
        }
        ComputationGraph imported = imported(file);
        ComputationGraphConfiguration configuration =
                imported.getConfiguration().clone();
        ChannelsFirst.convert(file.toString(), configuration, input);
        ComputationGraph converted = new ComputationGraph(configuration);
        converted.init();
        for (Layer layer : converted.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            FlattenedRows rows = FlattenedRows.before(configuration, name);
            imported.getLayer(name).paramTable().forEach((key, values) -> {
                INDArray parameter = layer.getParam(key);
                boolean kernel = key.equals("W") && values.rank() == 2;
                parameter.assign(kernel ? rows.channelsFirst(values) : values);
            });
        }
        return converted;
    }

    /** As Deeplearning4j imports it: input [n, height, width, 3]. */
    static ComputationGraph imported(Path file) {
        try {
            return KerasModelImport.importKerasModelAndWeights(file.toString(), false);
        } catch (IOException
                | InvalidKerasConfigurationException
                | UnsupportedKerasConfigurationException
                | RuntimeException e) {
            throw new BadDataException(
                    file.toString(),
                    "cannot be imported as a whole Keras model (was it saved by model.save, in the .h5 format?): "
                            + e.getMessage(),
                    e);
        }
    }
}
