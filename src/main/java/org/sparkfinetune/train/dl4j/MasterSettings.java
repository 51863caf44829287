package org.sparkfinetune.train.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.train.TrainingPlan;

/** What {@link ExactParameterAveragingTrainingMaster} is told in numbers; each at least 1 but the seed. */
record MasterSettings(int workers, int batchSizePerWorker, int averagingFrequency, long seed) {
    MasterSettings {
        List<Problem> problems = new ArrayList<>();
        require("workers", workers, problems);
        require("batchSizePerWorker", batchSizePerWorker, problems);
        require("averagingFrequency", averagingFrequency, problems);
        if (problems.isEmpty() && (long) batchSizePerWorker * averagingFrequency > Integer.MAX_VALUE) {
            problems.add(new Problem(
                    "averagingFrequency",
                    averagingFrequency + " times batchSizePerWorker " + batchSizePerWorker + " is more than "
                            + Integer.MAX_VALUE + " examples a worker and round; lower one of them"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(problems);
        }
    }

    TrainingPlan plan() {
        return new TrainingPlan(seed, workers, batchSizePerWorker, averagingFrequency);
    }

    String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("four numbers are always JSON", e);
        }
    }

    static MasterSettings fromJson(String json) {
        try {
            return new ObjectMapper().readValue(json, MasterSettings.class);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(
                    "training master", "is not as toJson writes it: " + e.getOriginalMessage(), e);
        }
    }

    private static void require(String key, int value, List<Problem> problems) {
        if (value < 1) {
            problems.add(new Problem(key, "must be at least 1, not " + value));
        }
    }
}
