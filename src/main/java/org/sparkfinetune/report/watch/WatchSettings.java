package org.sparkfinetune.report.watch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Suggestion;

/**
 * Who watches the jobs of a cluster: settings of a profile, not of a recipe, since they say nothing about the result.
 *
 * @param mlflow address of a tracking server; empty text for none
 * @param experiment of that server
 * @param tensorBoard folder that gets a folder for each run; empty text for none
 */
public record WatchSettings(String mlflow, String experiment, String tensorBoard) {
    /** What all keys of ours begin with. */
    public static final String PREFIX = "spark.finetune.";

    static final String MLFLOW = PREFIX + "mlflow.trackingUri";
    static final String EXPERIMENT = PREFIX + "mlflow.experiment";
    /** The key of {@link #tensorBoard}. */
    public static final String TENSOR_BOARD = PREFIX + "tensorboard.logDir";

    /** Read by the trainer. */
    static final String SHARED_MEMORY = PREFIX + "sharedMemory";

    /** Every key of ours that a profile may have. */
    public static final Set<String> KEYS = Set.of(MLFLOW, EXPERIMENT, TENSOR_BOARD, SHARED_MEMORY);

    /**
     * Of a Spark session.
     *
     * @param settings all of them, or those of ours
     * @throws InvalidRequestException when one of ours is misspelt, or its value is of no use
     */
    public static WatchSettings of(Map<String, String> settings) {
        for (String key : new TreeSet<>(settings.keySet())) {
            if (key.startsWith(PREFIX) && !KEYS.contains(key)) {
                throw new InvalidRequestException(
                        key,
                        "is no setting of spark-finetune; there are " + new TreeSet<>(KEYS)
                                + Suggestion.didYouMean(key, KEYS));
            }
        }
        String mlflow = settings.getOrDefault(MLFLOW, "").strip();
        String experiment = settings.getOrDefault(EXPERIMENT, "spark-finetune").strip();
        if (!mlflow.isEmpty()) {
            requireAddress(mlflow);
        }
        if (experiment.isEmpty()) {
            throw new InvalidRequestException(EXPERIMENT, "is empty; give it a name, or leave the key out");
        }
        return new WatchSettings(
                mlflow, experiment, settings.getOrDefault(TENSOR_BOARD, "").strip());
    }

    /** The value is not repeated in the message: it may hold a password. */
    private static void requireAddress(String text) {
        Optional<URI> address = parsed(text);
        if (address.map(URI::getRawUserInfo).isPresent() || address.isEmpty() && text.contains("@")) {
            throw new InvalidRequestException(
                    MLFLOW,
                    "has a user or a password in its address (user:password@), which Spark shows in its web interface; take it out, and set"
                            + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in the driver's"
                            + " environment");
        }
        boolean usable = address.filter(uri -> "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                .map(URI::getHost)
                .isPresent();
        if (!usable) {
            throw new InvalidRequestException(
                    MLFLOW,
                    "is \"" + text
                            + "\", which is no address of a server; one such as http://mlflow.example.org:5000 is");
        }
    }

    private static Optional<URI> parsed(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
