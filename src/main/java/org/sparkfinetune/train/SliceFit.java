package org.sparkfinetune.train;

/**
 * The result of fitting a slice. A failure is returned to the driver, not thrown: Spark would repeat the task four
 * times with the same result.
 *
 * @param examples number of fitted examples, the worker's weight in the average
 * @param lossSum sum over the fitted examples of the training loss (mean of the minibatch, including regularization)
 * @param hits number of fitted examples whose highest output was that of their label when their minibatch was trained
 * @param iterations number of fitted minibatches
 * @param end outcome
 * @param lastScore loss of the last minibatch, or the value that was not finite
 * @param detail description of an outcome other than {@link End#DONE}, else empty
 * @param layerByLayer reason why Deeplearning4j fitted layer by layer; empty if a program of oneDNN calls did
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
    /** The outcome of fitting a slice. */
    public enum End {
        /** Every example of the slice was fitted exactly once. */
        DONE,
        /** The loss, a parameter or the updater state became NaN or infinite. */
        DIVERGED,
        /** The examples that arrived are not those of the slice. */
        WRONG_EXAMPLES
    }

    /** The result without examples. */
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
