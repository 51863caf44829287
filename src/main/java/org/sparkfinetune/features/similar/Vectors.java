package org.sparkfinetune.features.similar;

/**
 * The vectors of a block, row after row. Results for two vectors are summed in double precision in a fixed order: they
 * do not depend on the block, on the order of the two, or on threads or processors.
 */
final class Vectors {
    private static final int LANES = 4;

    private final int length;
    private final float[] values;
    private final double[] squares;
    private final double[] norms;

    /** @param values rows of {@code length} values, one after the other */
    Vectors(int length, float[] values) {
        this.length = length;
        this.values = values;
        this.squares = new double[values.length / length];
        this.norms = new double[squares.length];
        for (int row = 0; row < squares.length; row++) {
            squares[row] = dot(row, this, row);
            norms[row] = Math.sqrt(squares[row]);
        }
    }

    /** Number of values of a vector. */
    int length() {
        return length;
    }

    int rows() {
        return norms.length;
    }

    /** Euclidean length of a row. */
    double norm(int row) {
        return norms[row];
    }

    /** Returns all rows scaled to length 1; a zero vector stays unchanged. */
    float[] units() {
        float[] units = new float[values.length];
        for (int row = 0; row < rows(); row++) {
            double norm = norms[row] == 0 ? 1 : norms[row];
            for (int at = row * length; at < (row + 1) * length; at++) {
                units[at] = (float) (values[at] / norm);
            }
        }
        return units;
    }

    /** Exactly 1 for equal vectors that are not zero, 0 with a zero vector. */
    double cosine(int row, Vectors other, int otherRow) {
        double product = Math.sqrt(squares[row] * other.squares[otherRow]);
        return product == 0 ? 0 : Math.max(-1, Math.min(1, dot(row, other, otherRow) / product));
    }

    // Four sums in parallel, because otherwise each addition would wait for the one before.
    double squaredDistance(int row, Vectors other, int otherRow) {
        float[] a = values;
        float[] b = other.values;
        int end = (row + 1) * length;
        int right = otherRow * length;
        double[] sums = new double[LANES];
        int left = row * length;
        for (; left + LANES <= end; left += LANES, right += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                double difference = (double) a[left + lane] - b[right + lane];
                sums[lane] += difference * difference;
            }
        }
        for (; left < end; left++, right++) {
            double difference = (double) a[left] - b[right];
            sums[0] += difference * difference;
        }
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }

    private double dot(int row, Vectors other, int otherRow) {
        float[] a = values;
        float[] b = other.values;
        int end = (row + 1) * length;
        int right = otherRow * length;
        double[] sums = new double[LANES];
        int left = row * length;
        for (; left + LANES <= end; left += LANES, right += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] += (double) a[left + lane] * b[right + lane];
            }
        }
        for (; left < end; left++, right++) {
            sums[0] += (double) a[left] * b[right];
        }
        return sums[0] + sums[1] + (sums[2] + sums[3]);
    }
}
