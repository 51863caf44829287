package org.sparkfinetune.inference.engine;

import java.io.Serializable;
import org.sparkfinetune.zoo.card.Preprocessing;

/** A network that travels to tasks and is run by them. */
public interface TaskNetwork extends Serializable {
    /** How a picture becomes its input. */
    Preprocessing input();

    /**
     * One forward pass beside those of the other tasks of the executor, on this task's share of its cores.
     *
     * @param pixels as for {@link InferenceEngine#forward}
     * @return as {@link InferenceEngine#forward}
     */
    float[][][] forwardInTask(float[] pixels, int count);
}
