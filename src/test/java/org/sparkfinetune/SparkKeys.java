package org.sparkfinetune;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.deploy.k8s.Config;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.resource.ResourceUtils;
import org.sparkfinetune.report.watch.WatchSettings;

/**
 * Which keys a cluster profile may set: what this version of Spark knows, and ours. A misspelt one would be ignored in
 * silence.
 */
final class SparkKeys {
    /** Keys of ours that a profile may set; {@code spark.finetune.} alone would let misspelt ones through. */
    private static final Set<String> OURS = WatchSettings.KEYS;
    /** Spark reads them by name, without an entry in its registry. */
    private static final Set<String> UNREGISTERED = Set.of("spark.master", "spark.app.name");

    private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String VOLUME =
            "(hostPath|persistentVolumeClaim|emptyDir|nfs)\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?\\.";

    /** Families of keys: what Spark documents as a prefix, then what it makes of the rest. */
    private static final List<Pattern> FAMILIES = Stream.of(
                    family("spark.hadoop.", "[a-z0-9][-.A-Za-z0-9]*"),
                    family("spark.metrics.conf.", "(\\*|driver|executor)\\.(sink|source)\\.[a-zA-Z]+\\.[a-zA-Z]+"),
                    family("spark.executorEnv.", VARIABLE),
                    family("spark.yarn.appMasterEnv.", VARIABLE),
                    family(Config.KUBERNETES_DRIVER_ENV_PREFIX(), VARIABLE),
                    family(Config.KUBERNETES_DRIVER_SECRET_KEY_REF_PREFIX(), VARIABLE),
                    family(Config.KUBERNETES_EXECUTOR_SECRET_KEY_REF_PREFIX(), VARIABLE),
                    family(Config.KUBERNETES_DRIVER_VOLUMES_PREFIX(), volumes()),
                    family(Config.KUBERNETES_EXECUTOR_VOLUMES_PREFIX(), volumes()),
                    family("spark.executor.resource.", resources()),
                    family("spark.driver.resource.", resources()),
                    family("spark.worker.resource.", resources()),
                    family("spark.task.resource.", "[a-z]+\\.amount"))
            .toList();

    static {
        // Scala objects register their keys when they are initialised.
        for (String holder : List.of(
                "org.apache.spark.internal.config.package$",
                "org.apache.spark.internal.config.UI$",
                "org.apache.spark.internal.config.Kryo$",
                "org.apache.spark.internal.config.Network$",
                "org.apache.spark.deploy.yarn.config.package$",
                "org.apache.spark.deploy.k8s.Config$",
                "org.apache.spark.sql.internal.SQLConf$")) {
            try {
                Class.forName(holder);
            } catch (ClassNotFoundException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    private SparkKeys() {}

    static boolean isKnown(String key) {
        return OURS.contains(key)
                || UNREGISTERED.contains(key)
                || ConfigEntry.findEntry(key) != null
                || FAMILIES.stream().anyMatch(family -> family.matcher(key).matches());
    }

    private static Pattern family(String prefix, String rest) {
        return Pattern.compile(Pattern.quote(prefix) + rest);
    }

    private static String volumes() {
        return VOLUME
                + oneOf(
                        Config.KUBERNETES_VOLUMES_MOUNT_PATH_KEY(),
                        Config.KUBERNETES_VOLUMES_MOUNT_SUBPATH_KEY(),
                        Config.KUBERNETES_VOLUMES_MOUNT_READONLY_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_PATH_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_CLAIM_NAME_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_CLAIM_STORAGE_CLASS_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_MEDIUM_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_SIZE_LIMIT_KEY(),
                        Config.KUBERNETES_VOLUMES_OPTIONS_SERVER_KEY());
    }

    private static String resources() {
        return "[a-z]+\\."
                + oneOf(
                        ResourceUtils.AMOUNT(),
                        ResourceUtils.DISCOVERY_SCRIPT(),
                        ResourceUtils.VENDOR(),
                        "resourcesFile");
    }

    private static String oneOf(String... words) {
        return "(" + String.join("|", Stream.of(words).map(Pattern::quote).toList()) + ")";
    }
}
