package org.sparkfinetune.train;

/**
 * How the fitting of a slice went. A bad end is data for the driver, not an exception: Spark would try the task again,
 * four times, with the same result.
 *
 * @param examples fitted, the worker's weight in the average
 * @param lossSum sum over the fitted examples of the training loss (mean of the minibatch, regularisation included)
 * @param hits fitted examples whose highest output was that of their label, as each minibatch was met
 * @param iterations minibatches fitted
 * @param end how it ended
 * @param lastScore loss of the last minibatch, or the value that was not finite
 * @param detail of an end that is not {@link End#DONE}, else empty
 * @param layerByLayer why Deeplearning4j did it, and not one program of oneDNN calls; empty when the program did
 */
public record SliceFit(
        long examples,
        double lossSum,
        long hits,
        int iterations,
        SliceFit.End end,
        double lastScore,
        String detail,
        String layerByLayer) {
    /** How the fitting of a slice ended. */
    public enum End {
        /** Every example of the slice was fitted once. */
        DONE,
        /** The loss, a parameter or the updater state became NaN or infinite. */
        DIVERGED,
        /** The examples that arrived are not those of the slice. */
        WRONG_EXAMPLES
    }

    /** Nothing was there to fit. */
    public static final SliceFit EMPTY = new SliceFit(0, 0, 0, 0, End.DONE, 0, "", "");

    public SliceFit plus(int moreExamples, double score, long moreHits) {
        return new SliceFit(
                examples + moreExamples,
                lossSum + score * moreExamples,
                hits + moreHits,
                iterations + 1,
                end,
                score,
                "",
                layerByLayer);
    }

    public SliceFit diverged(double value) {
        return new SliceFit(examples, lossSum, hits, iterations, End.DIVERGED, value, "", layerByLayer);
    }

    public SliceFit wrongExamples(String what) {
        return new SliceFit(examples, lossSum, hits, iterations, End.WRONG_EXAMPLES, lastScore, what, layerByLayer);
    }

    public SliceFit layerByLayer(String why) {
        return new SliceFit(examples, lossSum, hits, iterations, end, lastScore, detail, why);
    }

    public boolean done() {
        return end == End.DONE;
    }
}
