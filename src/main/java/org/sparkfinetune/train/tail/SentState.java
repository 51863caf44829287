package org.sparkfinetune.train.tail;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.train.blocks.LostBlockException;

/** Parameters and updater state of a tail, in a form that tasks can read. */
public interface SentState extends Serializable {
    /** Number of parameters. */
    long parameters();

    /**
     * Overwrites parameters and updater state of a graph with the same configuration. To be called in a task.
     *
     * @throws LostBlockException if a part is lost; the graph is then only partly overwritten
     */
    void applyTo(ComputationGraph graph);

    /** Removes the state from driver and executors. To be called on the driver. */
    void destroy();
}
