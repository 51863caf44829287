package org.sparkfinetune.features.similar;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * The product of two blocks, computed with OpenBLAS panel by panel. Until closed, it keeps both blocks and a panel of
 * at most {@value #MOST_CELLS} floats outside of Java's heap.
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
     * Maximum error of a cosine: the bound for sums of {@code length} products in any order (Higham, Accuracy and
     * Stability of Numerical Algorithms, 3.1), and twice the rounding of the vectors.
     */
    static double error(int length) {
        return (length + 16) * 0x1p-23;
    }

    int rowsAtOnce() {
        return rowsAtOnce;
    }

    /** Returns the panel that begins at a row of the first block; valid until the next call. */
    Panel from(int row) {
        int count = Math.min(rowsAtOnce, rows - row);
        // Shares the memory, which closing it would free.
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
