package org.sparkfinetune.features.similar;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * The product of two blocks by OpenBLAS, panel by panel. Holds both blocks and a panel of at most {@value #MOST_CELLS} floats
 * outside of Java's heap until it is closed.
 */
final class CosinePanels implements AutoCloseable {
    private static final int MOST_CELLS = 1 << 22;

    private final int rows;
    private final int columns;
    private final int length;
    private final int rowsAtOnce;
    private final FloatPointer left;
    private final FloatPointer right;
    private final FloatPointer product;
    private final float[] cosines;

    /** @param right may be the same as {@code left} */
    CosinePanels(Vectors left, Vectors right) {
        this.rows = left.rows();
        this.columns = right.rows();
        this.length = left.length();
        this.rowsAtOnce = Math.max(1, Math.min(rows, MOST_CELLS / columns));
        this.left = new FloatPointer(left.units());
        this.right = right == left ? this.left : new FloatPointer(right.units());
        this.product = new FloatPointer((long) rowsAtOnce * columns);
        this.cosines = new float[rowsAtOnce * columns];
    }

    /**
     * By how much a cosine here can differ from the true one: the bound for sums of {@code length} products in any order (Higham,
     * Accuracy and Stability of Numerical Algorithms, 3.1), and the rounding of the vectors, twice.
     */
    static double error(int length) {
        return (length + 16) * 0x1p-23;
    }

    int rowsAtOnce() {
        return rowsAtOnce;
    }

    /** The panel that begins at a row of the first block; valid until the next one is asked for. */
    Panel from(int row) {
        int count = Math.min(rowsAtOnce, rows - row);
        // Shares the memory; closed, it would free it.
        FloatPointer start = left.getPointer((long) row * length);
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasTrans,
                count,
                columns,
                length,
                1,
                start,
                length,
                right,
                length,
                0,
                product,
                columns);
        product.get(cosines, 0, count * columns);
        return new Panel(row, count, columns, cosines);
    }

    @Override
    public void close() {
        product.close();
        right.close();
        left.close();
    }
}
