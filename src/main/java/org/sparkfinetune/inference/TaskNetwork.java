package org.sparkfinetune.inference;

import java.io.Serializable;
import org.sparkfinetune.zoo.Preprocessing;

/** A network that travels to tasks and is run by them. */
interface TaskNetwork extends Serializable {
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
