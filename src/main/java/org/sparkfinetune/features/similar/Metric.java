package org.sparkfinetune.features.similar;

/**
 * A measure of similarity of two vectors. A score is higher for more similar vectors, and is a double that depends on
 * the two vectors only. Its estimate from a matrix product in single precision is off by at most {@link #slack}.
 */
public enum Metric {
    /** The cosine of the angle, -1 to 1; 0 with a zero vector, which has no angle. */
    COSINE("similarity") {
        @Override
        double score(Vectors left, int i, Vectors right, int j) {
            return left.cosine(i, right, j);
        }

        @Override
        double estimate(double cosine, double leftNorm, double rightNorm) {
            return cosine;
        }

        @Override
        double slack(double cosineError, double leftNorm, double rightNorm) {
            return cosineError;
        }

        @Override
        double reported(double score) {
            return score;
        }
    },
    /** The length of the difference, 0 or more. Its score is the negative square. */
    EUCLIDEAN("distance") {
        @Override
        double score(Vectors left, int i, Vectors right, int j) {
            return -left.squaredDistance(i, right, j);
        }

        @Override
        double estimate(double cosine, double leftNorm, double rightNorm) {
            return 2 * leftNorm * rightNorm * cosine - leftNorm * leftNorm - rightNorm * rightNorm;
        }

        @Override
        double slack(double cosineError, double leftNorm, double rightNorm) {
            return 2 * leftNorm * rightNorm * cosineError
                    + DOUBLE_ERROR * (leftNorm * leftNorm + rightNorm * rightNorm);
        }

        @Override
        double reported(double score) {
            return Math.sqrt(-score);
        }
    };

    /** Larger than the relative error of sums of a million doubles. */
    private static final double DOUBLE_ERROR = 1e-9;

    private final String column;

    Metric(String column) {
        this.column = column;
    }

    /** Name of the column with the {@link #reported} value. */
    public String column() {
        return column;
    }

    /** Returns the score of row {@code i} of the first and row {@code j} of the second block. */
    abstract double score(Vectors left, int i, Vectors right, int j);

    /** Returns the score computed from an inexact cosine. */
    abstract double estimate(double cosine, double leftNorm, double rightNorm);

    /** Returns the maximum error of an estimate whose cosine is off by at most {@code cosineError}. */
    abstract double slack(double cosineError, double leftNorm, double rightNorm);

    /** Returns the value reported to the user instead of the score. */
    abstract double reported(double score);
}
