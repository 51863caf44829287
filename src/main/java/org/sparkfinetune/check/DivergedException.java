package org.sparkfinetune.check;

import java.util.List;

/** Training diverged: a worker's loss became NaN or infinite. The last good checkpoint stays. */
public final class DivergedException extends FinetuneException {
    private static final long serialVersionUID = 1L;

    /**
     * @param epoch 1-based
     * @param round 1-based within the epoch
     * @param worker 0-based
     * @param score the loss that was seen
     */
    public DivergedException(int epoch, int round, int worker, double score) {
        super(
                List.of(new Problem(
                        "epoch " + epoch + ", round " + round + ", worker " + worker,
                        "training diverged: the loss became " + score
                                + "; lower training.learningRate (a tenth is a good try). That is another training: run the command"
                                + " with another output, or with --set overwrite=true, which begins anew and removes"
                                + " the checkpoints of this one")),
                null);
    }

    @Override
    public ExitCode exitCode() {
        return ExitCode.DIVERGED;
    }
}
