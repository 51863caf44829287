package org.sparkfinetune.jobs.model;

import org.sparkfinetune.config.Key;
import org.sparkfinetune.inference.engine.EngineChoice;

/**
 * How pictures are run through a network that is not trained.
 *
 * @param batchSize number of pictures in one forward pass
 * @param engine engine that runs the network
 */
public record InferenceOptions(
        @Key(value = "Pictures in one forward pass", defaultValue = "8", min = 1, max = 1024)
        int batchSize,

        @Key(
                value = "Engine that runs the network: auto (ONNX Runtime when it agrees with Deeplearning4j on"
                        + " pictures of the job), onnx or dl4j",
                defaultValue = "auto")
        EngineChoice engine) {

    /** These options without the engine, which decides how fast a result is computed, but not what it is. */
    public InferenceOptions comparable() {
        return new InferenceOptions(batchSize, EngineChoice.AUTO);
    }
}
