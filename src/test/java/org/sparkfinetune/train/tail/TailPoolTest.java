package org.sparkfinetune.train.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkfinetune.train.Tails;

class TailPoolTest {
    /** As in an executor of spark-shell, for which our scripts have not set the system property. */
    @Test
    void graphsAreMadeWithOneDnnWhoeverHasStartedTheExecutor() {
        ComputationGraph tail = Tails.dense(new Sgd(0.1), Activation.TANH);
        String before = System.clearProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY);
        try {
            TailLease lease =
                    TailPool.lend("TailPoolTest", () -> tail.getConfiguration().toJson(), tail.numParams());

            assertThat(lease.graph().numParams()).isEqualTo(tail.numParams());
            assertThat(System.getProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY))
                    .isEqualTo("false");
        } finally {
            System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, before);
            TailPool.forget("TailPoolTest");
        }
    }
}
