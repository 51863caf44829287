package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the machine can do at most, for {@code scripts/bench train}: products of two square matrices by ND4J's OpenBLAS.
 */
public final class MatrixProduct {
    private MatrixProduct() {}

    /** @param arguments rows, products, file that measurements are added to */
    public static void main(String[] arguments) throws IOException {
        int rows = Integer.parseInt(arguments[0]);
        double[] seconds = new double[Integer.parseInt(arguments[1])];
        INDArray a = Nd4j.rand('f', rows, rows);
        INDArray b = Nd4j.rand('f', rows, rows);
        INDArray product = Nd4j.create(new long[] {rows, rows}, 'f');
        for (int i = 0; i < seconds.length; i++) {
            long start = System.nanoTime();
            Nd4j.gemm(a, b, product, false, false, 1, 0);
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Measurement.gemm("ND4J", rows, seconds).addTo(Path.of(arguments[2]));
    }
}
