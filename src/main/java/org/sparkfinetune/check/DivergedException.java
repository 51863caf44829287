package org.sparkfinetune.check;

import java.util.List;

/** Training diverged: a worker's loss became NaN or infinite. The last good checkpoint stays. */
public final class DivergedException extends FinetuneException {
    private static final long serialVersionUID = 1L;

    /**
     * @param epoch 1-based
     * @param round 1-based within the epoch
     * @param worker 0-based
     * @param score the NaN or infinite loss
     */
    public DivergedException(int epoch, int round, int worker, double score) {
        super(
                List.of(new Problem(
                        "epoch " + epoch + ", round " + round + ", worker " + worker,
                        "training diverged: the loss became " + score
                                + "; lower training.learningRate (try a tenth of it). This makes a different"
                                + " training: run the command"
                                + " with another output, or with --set overwrite=true, which starts over and removes"
                                + " the checkpoints of this one")),
                null);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.DIVERGED;
    }
}
