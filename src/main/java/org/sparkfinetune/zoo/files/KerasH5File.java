package org.sparkfinetune.zoo.files;

import static org.bytedeco.hdf5.global.hdf5.H5F_ACC_RDONLY;
import static org.bytedeco.hdf5.global.hdf5.H5O_TYPE_DATASET;
import static org.bytedeco.hdf5.global.hdf5.H5O_TYPE_GROUP;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.javacpp.FloatPointer;
import org.sparkfinetune.check.BadDataException;

/**
 * Reads the arrays of a Keras {@code .h5} file, weights only ({@code save_weights}) or a complete model ({@code save},
 * below {@code model_weights}). The names of the same array in versions of Keras become one, the path of the layer and
 * the kind of the array:
 *
 * <pre>
 * block1_conv1/block1_conv1_W_1:0               Keras 1      /block1_conv1/kernel
 * block1_conv1/block1_conv1/kernel:0            Keras 2      /block1_conv1/block1_conv1/kernel
 * vgg16/block1_conv1/kernel:0                   nested       /vgg16/block1_conv1/kernel
 * </pre>
 *
 * The HDF5 library is not thread-safe, so all calls are made under one lock.
 */
final class KerasH5File {
    private static final String MODEL_WEIGHTS = "model_weights";
    private static final String OPTIMIZER_WEIGHTS = "optimizer_weights";
    private static final int MAX_DEPTH = 16;
    private static final int MAX_RANK = 8;
    /** Keras 1: layer, kind, number of the session. */
    private static final Pattern OLD_NAME =
            Pattern.compile("(.+)_(W|b|gamma|beta|running_mean|running_std|depthwise_kernel|pointwise_kernel)(_\\d+)?");
    /** Keras 1 stores the variance under the name running_std. */
    private static final Map<String, String> KINDS =
            Map.of("W", "kernel", "b", "bias", "running_mean", "moving_mean", "running_std", "moving_variance");

    private static final Object HDF5 = new Object();

    private KerasH5File() {}

    /**
     * Returns all arrays by normalized name; values are read on demand.
     *
     * @throws BadDataException when the file is not HDF5 or is damaged
     */
    static Map<String, NamedArray> read(Path file) {
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        synchronized (HDF5) {
            try (H5File h5 = open(file);
                    Group weights = hasChild(h5, MODEL_WEIGHTS) ? h5.openGroup(MODEL_WEIGHTS) : h5.openGroup("/")) {
                String root = hasChild(h5, MODEL_WEIGHTS) ? "/" + MODEL_WEIGHTS : "";
                walk(new Place(file, root, ""), weights, arrays);
                h5._close();
            } catch (BadDataException e) {
                throw e;
            } catch (RuntimeException e) {
                throw damaged(file, e);
            }
        }
        return arrays;
    }

    private static H5File open(Path file) {
        org.bytedeco.hdf5.Exception.dontPrint();
        return new H5File(file.toString(), H5F_ACC_RDONLY());
    }

    private static boolean hasChild(Group group, String name) {
        for (long i = 0; i < group.getNumObjs(); i++) {
            if (group.getObjnameByIdx(i).getString().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static void walk(Place place, Group group, Map<String, NamedArray> arrays) {
        if (place.path().chars().filter(c -> c == '/').count() > MAX_DEPTH) {
            throw new BadDataException(place.file() + "!" + place.path(), "is nested deeper than any Keras file");
        }
        for (long i = 0; i < group.getNumObjs(); i++) {
            String name = group.getObjnameByIdx(i).getString();
            int type = group.childObjType(name);
            if (type == H5O_TYPE_GROUP && !name.equals(OPTIMIZER_WEIGHTS)) {
                try (Group child = group.openGroup(name)) {
                    walk(place.child(name), child, arrays);
                }
            } else if (type == H5O_TYPE_DATASET) {
                NamedArray array = array(place, name, group);
                if (arrays.put(array.name(), array) != null) {
                    throw new BadDataException(place.file().toString(), "has the array " + array.name() + " twice");
                }
            }
        }
    }

    private static NamedArray array(Place place, String name, Group group) {
        try (DataSet dataSet = group.openDataSet(name);
                DataSpace space = dataSet.getSpace()) {
            int rank = space.getSimpleExtentNdims();
            String path = place.hdf5Path() + "/" + name;
            if (rank < 0 || rank > MAX_RANK) {
                throw new BadDataException(place.file() + "!" + path, "has " + rank + " dimensions");
            }
            long[] shape = new long[rank];
            if (rank > 0) {
                space.getSimpleExtentDims(shape);
            }
            return new NamedArray(place.path() + "/" + kind(name), shape, () -> values(place.file(), path, shape));
        }
    }

    /** Returns layer and kind of a data set, or only the kind. */
    private static String kind(String dataSet) {
        String name = dataSet.replaceAll(":\\d+$", "");
        Matcher old = OLD_NAME.matcher(name);
        return old.matches() ? old.group(1) + "/" + KINDS.getOrDefault(old.group(2), old.group(2)) : name;
    }

    private static float[] values(Path file, String path, long[] shape) {
        synchronized (HDF5) {
            int length = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
            try (H5File h5 = open(file);
                    DataSet dataSet = h5.openDataSet(path);
                    FloatPointer floats = new FloatPointer((long) length)) {
                dataSet.read(floats, PredType.NATIVE_FLOAT());
                float[] values = new float[length];
                floats.get(values);
                h5._close();
                return values;
            } catch (RuntimeException e) {
                throw damaged(file, e);
            }
        }
    }

    private static BadDataException damaged(Path file, RuntimeException cause) {
        String message = String.valueOf(cause.getMessage()).lines().collect(Collectors.joining(" "));
        return new BadDataException(file.toString(), "cannot be read as a Keras .h5 file: " + message, cause);
    }

    /**
     * The place in the file.
     *
     * @param root group at which the paths begin
     * @param path path below the root, each name after a slash
     */
    private record Place(Path file, String root, String path) {
        Place child(String name) {
            return new Place(file, root, path + "/" + name);
        }

        String hdf5Path() {
            return root + path;
        }
    }
}
