package org.sparkfinetune.zoo.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * A network that is described in a Keras {@code .h5} file. Deeplearning4j imports it; then it is converted from
 * channels last to channels first.
 */
final class KerasH5Model {
    private KerasH5Model() {}

    /**
     * Reads network and parameters.
     *
     * @param parameters number of the card; a file with many more is refused before memory is allocated
     * @return network with the input [n, 3, height, width]
     * @throws BadDataException when the file is not a complete model, has a layer that cannot be imported, or is
     *     damaged
     */
    static ComputationGraph read(Path file, Preprocessing input, long parameters) {
        // First with a reader that reports what is wrong; for a damaged file the import below throws an exception of
        // HDF5.
        requireSize(file, KerasH5File.read(file).values(), parameters);
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

    private static void requireSize(Path file, Collection<NamedArray> arrays, long parameters) {
        if (arrays.isEmpty()) {
            throw new BadDataException(file.toString(), "has no arrays in it");
        }
        double numbers = arrays.stream()
                .mapToDouble(
                        array -> LongStream.of(array.shape()).asDoubleStream().reduce(1, (a, b) -> a * b))
                .sum();
        // The exact count is compared with the network later; a layer may also store other numbers.
        if (numbers > 2.0 * parameters) {
            throw new BadDataException(
                    file.toString(),
                    String.format(
                            Locale.ROOT, "has %.0f numbers in its arrays, the card says %d", numbers, parameters));
        }
    }

    /** Imports the network with the input [n, height, width, 3]. */
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
