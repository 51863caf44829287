package org.sparkfinetune.features.similar;

/**
 * Cosines of some rows of one block with all rows of another, in single precision.
 *
 * @param from first row of the one block
 * @param rows of it that are here
 * @param columns rows of the other block
 * @param cosines row after row; may be longer
 */
record Panel(int from, int rows, int columns, float[] cosines) {

    /** Those of one row of the first block, by its place in the panel. */
    Strip row(int row) {
        return new Strip(cosines, row * columns, 1, 0, columns);
    }

    /** Those of one row of the other block. */
    Strip column(int column) {
        return new Strip(cosines, column, columns, from, rows);
    }

    /**
     * Cosines of one row with rows of a block that follow one another.
     *
     * @param first the first of these
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
