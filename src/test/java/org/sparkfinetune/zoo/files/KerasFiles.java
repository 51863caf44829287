package org.sparkfinetune.zoo.files;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDWR;
import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_TRUNC;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes .h5 files as Keras does. The conversion is written down a second time here, index by index. */
public final class KerasFiles {
    private KerasFiles() {}

    /** Convolution and dense layers of a network, as {@code save_weights} of Keras 2 stores them. */
    public static Path write(Path file, ComputationGraph network) {
        return write(file, arrays(network));
    }

    /** Data sets by path, such as {@code fc1/fc1/kernel:0}. */
    static Path write(Path file, Map<String, NamedArray> dataSets) {
        try (H5File h5 = new H5File(file.toString(), H5F_ACC_TRUNC())) {
            Set<String> groups = new HashSet<>();
            dataSets.forEach((path, array) -> {
                for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
                    if (groups.add(path.substring(0, slash))) {
                        try (Group group = h5.createGroup(path.substring(0, slash))) {
                            group.getNumObjs();
                        }
                    }
                }
                try (DataSpace space = new DataSpace(array.shape().length, array.shape());
                        DataSet dataSet = h5.createDataSet(path, PredType.NATIVE_FLOAT(), space);
                        FloatPointer values = new FloatPointer(array.values())) {
                    dataSet.write(values, PredType.NATIVE_FLOAT());
                }
            });
            h5._close();
        }
        return file;
    }

    /** A data set that claims a size and takes no room, because nothing was ever written to it. */
    static void addUnwrittenArray(Path file, String path, long... shape) {
        try (H5File h5 = new H5File(file.toString(), H5F_ACC_RDWR());
                DataSpace space = new DataSpace(shape.length, shape);
                DataSet dataSet = h5.createDataSet(path, PredType.NATIVE_FLOAT(), space)) {
            dataSet.getId();
            h5._close();
        }
    }

    /** Convolution and dense layers of a network as Keras 2 stores them. Values are converted when they are written. */
    static Map<String, NamedArray> arrays(ComputationGraph network) {
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        for (Layer layer : network.getLayers()) {
            if (layer.numParams() == 0) {
                continue;
            }
            String name = layer.conf().getLayer().getLayerName();
            FlattenedRows rows = FlattenedRows.before(network.getConfiguration(), name);
            INDArray weights = layer.getParam("W");
            boolean convolution = layer.conf().getLayer() instanceof ConvolutionLayer;
            long[] shape = convolution
                    ? new long[] {weights.size(2), weights.size(3), weights.size(1), weights.size(0)}
                    : weights.shape();
            String path = name + "/" + name;
            arrays.put(
                    path + "/kernel:0",
                    new NamedArray(
                            "kernel",
                            shape,
                            () -> convolution ? convolutionKernel(weights) : denseKernel(weights, rows)));
            INDArray bias = layer.getParam("b");
            arrays.put(path + "/bias:0", new NamedArray("bias", new long[] {bias.length()}, bias::toFloatVector));
        }
        return arrays;
    }

    private static float[] convolutionKernel(INDArray weights) {
        int outputs = (int) weights.size(0);
        int inputs = (int) weights.size(1);
        int height = (int) weights.size(2);
        int width = (int) weights.size(3);
        float[] from = values(weights);
        float[] to = new float[from.length];
        for (int o = 0; o < outputs; o++) {
            for (int i = 0; i < inputs; i++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        to[((y * width + x) * inputs + i) * outputs + o] =
                                from[((o * inputs + i) * height + y) * width + x];
                    }
                }
            }
        }
        return to;
    }

    private static float[] denseKernel(INDArray weights, FlattenedRows rows) {
        int outputs = (int) weights.size(1);
        int places = (int) (rows.height() * rows.width());
        int channels = (int) weights.size(0) / places;
        float[] from = values(weights);
        float[] to = new float[from.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int place = 0; place < places; place++) {
                System.arraycopy(
                        from,
                        (channel * places + place) * outputs,
                        to,
                        (place * channels + channel) * outputs,
                        outputs);
            }
        }
        return to;
    }

    private static float[] values(INDArray array) {
        float[] values = new float[(int) array.length()];
        try (INDArray copy = array.dup('c')) {
            copy.data().asNioFloat().get(values);
        }
        return values;
    }
}
