package org.sparkfinetune.inference.engine;

import java.io.Serializable;
import org.sparkfinetune.zoo.card.Preprocessing;

/** A network that is sent to tasks, which run it. */
public interface TaskNetwork extends Serializable {
    /** Preprocessing of a picture into the network's input. */
    Preprocessing input();

    /**
     * Runs one forward pass beside those of the executor's other tasks, on this task's part of its cores.
     *
     * @param pixels as for {@link InferenceEngine#forward}
     * @return as {@link InferenceEngine#forward}
     */
    float[][][] forwardInTask(float[] pixels, int count);
}
