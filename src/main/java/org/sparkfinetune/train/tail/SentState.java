package org.sparkfinetune.train.tail;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.blocks.LostBlockException;

/** Parameters and updater state of a tail as tasks come by them. */
public interface SentState extends Serializable {
    /** How many parameters there are. */
    long parameters();

    /**
     * Overwrites what a graph of the same configuration holds. In a task.
     *
     * @throws LostBlockException if a part is lost; the graph holds nothing of use then
     */
    void applyTo(ComputationGraph graph);

    /** Removes all of it from driver and executors. On the driver. */
    void destroy();
}
