package org.sparkfinetune.features.similar;

/**
 * How alike two vectors are. A score is higher the more alike they are, and is a double that depends on the two vectors only. What
 * a product of matrices in single precision says of the score beforehand is off by at most {@link #slack}.
 */
public enum Metric {
    /** The cosine of the angle, -1 to 1; 0 with a vector of zeros, which has no angle. */
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
    /** The length of the difference, 0 or more. Its score is the square, negative. */
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

    /** More than sums of a million doubles are off by, relatively. */
    private static final double DOUBLE_ERROR = 1e-9;

    private final String column;

    Metric(String column) {
        this.column = column;
    }

    /** Name of the column with the {@link #reported} value. */
    public String column() {
        return column;
    }

    /** The score of row {@code i} of the one and row {@code j} of the other. */
    abstract double score(Vectors left, int i, Vectors right, int j);

    /** The score as it follows from a cosine that is not exact. */
    abstract double estimate(double cosine, double leftNorm, double rightNorm);

    /** How far at most an estimate is from the score when its cosine is off by at most {@code cosineError}. */
    abstract double slack(double cosineError, double leftNorm, double rightNorm);

    /** What the user is told instead of the score. */
    abstract double reported(double score);
}
