package org.sparkfinetune.zoo;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array of weights as its file holds it.
 *
 * @param name in the file, such as {@code conv1/kernel}
 * @param shape as in the file; a kernel is height, width, input channels, output channels
 * @param values row-major, as many as the shape says; not copied
 */
record NamedArray(String name, long[] shape, float[] values) {
    NamedArray {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (values.length != expected) {
            throw new IllegalArgumentException(
                    name + " of shape " + Arrays.toString(shape) + " has " + values.length + " values");
        }
    }

    INDArray toNd4j() {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }
}
