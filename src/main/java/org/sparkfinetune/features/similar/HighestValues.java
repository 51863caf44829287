package org.sparkfinetune.features.similar;

/** The highest of some values, up to a maximum number. */
final class HighestValues {
    private final double[] values;
    private int count;

    /** @param most at least 1 */
    HighestValues(int most) {
        this.values = new double[most];
    }

    void clear() {
        count = 0;
    }

    void offer(double value) {
        boolean full = count == values.length;
        if (full && value <= lowest()) {
            return;
        }
        int at = full ? count - 1 : count++;
        for (; at > 0 && values[at - 1] < value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }

    /** The lowest of the kept values; minus infinity while there is room. */
    double lowest() {
        return count < values.length ? Double.NEGATIVE_INFINITY : values[count - 1];
    }
}
