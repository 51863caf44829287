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
 * Where the progress of a cluster's jobs is sent: settings of a profile, not of a recipe, since they do not affect the
 * result.
 *
 * @param mlflow address of a tracking server; empty when not used
 * @param experiment experiment on that server
 * @param tensorBoard folder that gets a subfolder for each run; empty when not used
 */
public record WatchSettings(String mlflow, String experiment, String tensorBoard) {
    /** Prefix of all keys of spark-finetune. */
    public static final String PREFIX = "spark.finetune.";

    static final String MLFLOW = PREFIX + "mlflow.trackingUri";
    static final String EXPERIMENT = PREFIX + "mlflow.experiment";
    /** The key of {@link #tensorBoard}. */
    public static final String TENSOR_BOARD = PREFIX + "tensorboard.logDir";

    /** Read by the trainer. */
    static final String SHARED_MEMORY = PREFIX + "sharedMemory";

    /** All keys of spark-finetune that a profile may have. */
    public static final Set<String> KEYS = Set.of(MLFLOW, EXPERIMENT, TENSOR_BOARD, SHARED_MEMORY);

    /**
     * Reads the settings of a Spark session.
     *
     * @param settings all settings of the session, or only those of spark-finetune
     * @throws InvalidRequestException when a key is misspelled or its value cannot be used
     */
    public static WatchSettings of(Map<String, String> settings) {
        for (String key : new TreeSet<>(settings.keySet())) {
            if (key.startsWith(PREFIX) && !KEYS.contains(key)) {
                throw new InvalidRequestException(
                        key,
                        "is not a setting of spark-finetune; allowed are " + new TreeSet<>(KEYS)
                                + Suggestion.didYouMean(key, KEYS));
            }
        }
        String mlflow = settings.getOrDefault(MLFLOW, "").strip();
        String experiment = settings.getOrDefault(EXPERIMENT, "spark-finetune").strip();
        if (!mlflow.isEmpty()) {
            requireAddress(mlflow);
        }
        if (experiment.isEmpty()) {
            throw new InvalidRequestException(EXPERIMENT, "is empty; set a name or remove the key");
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
                    "has a user or a password in its address (user:password@), which Spark shows in its web interface;"
                            + " remove it, and set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or"
                            + " MLFLOW_TRACKING_TOKEN,"
                            + " in the driver's environment");
        }
        boolean usable = address.filter(uri -> "http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                .map(URI::getHost)
                .isPresent();
        if (!usable) {
            throw new InvalidRequestException(
                    MLFLOW,
                    "is \"" + text
                            + "\", which is not the address of a server; give one such as"
                            + " http://mlflow.example.org:5000");
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
