package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.WeightsChecksum;
import org.sparkfinetune.zoo.card.WeightsSource;

/**
 * The folder of a {@link WeightsCache}. A file comes in under a lock: an origin puts it into a workspace, it is
 * checked, and then renamed.
 */
record WeightsFolder(Path folder) {
    private static final long DESCRIPTION_BYTES = 64L << 20;
    /** A file lock belongs to the process; these locks keep the threads of this process apart. */
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    /** One source of one card, and the origins to ask for it. */
    record Request(ModelCard card, WeightsSource source, List<ArchiveOrigin> origins) {
        /** No format needs more than two doubles per parameter and a description. */
        long maxBytes() {
            return source.bytes() > 0 ? source.bytes() : 2 * Double.BYTES * card.parameters() + DESCRIPTION_BYTES;
        }

        String size() {
            return source.bytes() > 0 ? String.format(Locale.ROOT, " (%.0f MB)", source.bytes() / 1e6) : "";
        }
    }

    /** Where the file of a source is when it is cached. */
    Path path(WeightsSource source) {
        return folder.resolve(source.cacheName());
    }

    /**
     * Fetches a file that another thread or process may be fetching at the same time.
     *
     * @param progress receives one line before each download
     * @param problems receives the reason of each origin that failed
     * @return the cached file, or empty when no origin gave it
     */
    Optional<Path> fetch(Request request, Consumer<String> progress, List<Problem> problems) {
        Path lockFile = folder.resolve("." + request.source().cacheName() + ".lock");
        ReentrantLock threads = LOCKS.computeIfAbsent(lockFile, path -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(folder);
            // The lock file stays: removing it would let a third process lock another file of the same name.
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return lock.isValid() ? fetchLocked(request, progress, problems) : Optional.empty();
            }
        } catch (IOException e) {
            throw new BadDataException(
                    folder.toString(),
                    "the cache of weights cannot be written (is the disk full, is the folder writable?): " + e
                            + "; name another folder in the environment variable SPARK_FINETUNE_HOME",
                    e);
        } finally {
            threads.unlock();
        }
    }

    private Optional<Path> fetchLocked(Request request, Consumer<String> progress, List<Problem> problems)
            throws IOException {
        WeightsSource source = request.source();
        Path archive = path(source);
        if (Files.exists(archive)) {
            Optional<String> mismatch = WeightsChecksum.mismatch(archive, source);
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

    /** Returns true when the file is now in the cache; otherwise adds the reason to the problems. */
    private boolean download(Request request, ArchiveOrigin origin, Consumer<String> progress, List<Problem> problems)
            throws IOException {
        WeightsSource source = request.source();
        progress.accept("fetching " + source.location() + request.size() + " from " + origin.name());
        Path workspace = Files.createTempDirectory(folder, workspaces(source));
        try {
            Path downloaded = origin.fetch(source, request.maxBytes(), workspace);
            Optional<String> mismatch = WeightsChecksum.mismatch(downloaded, source);
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

    /** Removes workspaces of killed processes: this process holds the lock, so nobody uses them. */
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
}
