package org.sparkfinetune.zoo.files;

import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array of weights in a file. Name and shape are known before the values are read: a file can be checked without the
 * memory for its values, and VGG16 is loaded one array after the other.
 *
 * @param name name in the file, such as {@code conv1/kernel}
 * @param shape shape in the file; a kernel is height, width, input channels, output channels
 * @param content supplier of the values, row-major, in the number of the shape
 */
record NamedArray(String name, long[] shape, Supplier<float[]> content) {
    /** Returns an array with values that are in memory already; they are not copied. */
    NamedArray(String name, long[] shape, float[] values) {
        this(name, shape, () -> values);
        requireLength(values);
    }

    float[] values() {
        float[] values = content.get();
        requireLength(values);
        return values;
    }

    INDArray toNd4j() {
        return Nd4j.createFromArray(values()).reshape('c', shape);
    }

    private void requireLength(float[] values) {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    name + " of shape " + Arrays.toString(shape) + " has " + values.length + " values");
        }
    }
}
