package org.sparkfinetune.features.similar;

/**
 * Cosines of some rows of one block with all rows of another, in single precision.
 *
 * @param from first row of the first block in this panel
 * @param rows number of rows of the first block in this panel
 * @param columns number of rows of the other block
 * @param cosines row after row; the array may be longer
 */
record Panel(int from, int rows, int columns, float[] cosines) {

    /** Returns the cosines of one row of the first block, given its position in the panel. */
    Strip row(int row) {
        return new Strip(cosines, row * columns, 1, 0, columns);
    }

    /** Returns the cosines of one row of the other block. */
    Strip column(int column) {
        return new Strip(cosines, column, columns, from, rows);
    }

    /**
     * Cosines of one row with consecutive rows of a block.
     *
     * @param first number of the first of these rows
     */
    record Strip(float[] cosines, int offset, int step, int first, int count) {
        double cosine(int at) {
            return cosines[offset + at * step];
        }

        int source(int at) {
            return first + at;
        }
    }
}
