package org.sparkfinetune.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.InvalidRequestException;

/**
 * A lock file with the job that writes an output, so that two jobs do not write it at the same time. The first job
 * creates the file and updates its modification time every ten seconds; a second job that finds it is refused.
 *
 * <p>A killed job leaves its lock behind. Such a lock is void when the process ran on this machine and does not exist
 * any more, when its job belongs to this process and has ended, when it belongs to an earlier attempt of the same
 * application, or when it has not been updated for a minute. The last condition needs clocks that differ by less than
 * that. A job that stood still for so long loses its lock, and {@link #requireHeld} then prevents it from publishing.
 * This check, not the creation of the file, is the guard that also works when two jobs look at the same moment.
 *
 * <p>HDFS creates a file atomically, for one of two callers. For a local disk, Hadoop looks first and creates the file
 * less than a millisecond later. Object stores (s3a, gs, abfs) guarantee neither atomic creation nor modification times
 * that can be set: there the lock only stops a second job that starts within the first minute, or the first job when it
 * publishes. Give each job its own output.
 */
final class OutputLock implements AutoCloseable {
    static final Duration HEARTBEAT = Duration.ofSeconds(10);
    static final Duration VOID_AFTER = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);
    private static final ScheduledExecutorService HEARTBEATS = Executors.newSingleThreadScheduledExecutor(run -> {
        Thread thread = new Thread(run, "output-locks");
        thread.setDaemon(true);
        return thread;
    });

    /** Ids of the holders in this process. A failing disk may leave the file of a job that has ended. */
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    private final HadoopFiles files;
    private final Path file;
    private final LockHolder holder;
    private final ScheduledFuture<?> heartbeat;

    private OutputLock(HadoopFiles files, Path file, LockHolder holder) {
        this.files = files;
        this.file = file;
        this.holder = holder;
        HELD.add(holder.id());
        this.heartbeat = HEARTBEATS.scheduleWithFixedDelay(
                this::touch, HEARTBEAT.toSeconds(), HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Creates the lock, or replaces a void one.
     *
     * @param application id of the application of the job
     * @throws InvalidRequestException with the other job when another job holds the lock
     */
    static OutputLock take(HadoopFiles files, Path file, String application) {
        LockHolder holder = LockHolder.here(application);
        if (!files.create(file, holder.text())) {
            requireVoid(files, file, holder);
            files.delete(file);
            if (!files.create(file, holder.text())) {
                throw refused(file, "another job");
            }
        }
        return new OutputLock(files, file, holder);
    }

    private static void requireVoid(HadoopFiles files, Path file, LockHolder now) {
        Optional<Long> touched = files.modified(file);
        Optional<LockHolder> other = touched.flatMap(time -> LockHolder.parse(files.readText(file)));
        Duration silent = Duration.ofMillis(System.currentTimeMillis() - touched.orElse(0L));
        if (silent.compareTo(VOID_AFTER) < 0
                && !other.map(found -> found.hasEnded(now, HELD)).orElse(false)) {
            throw refused(
                    file,
                    other.map(found -> "another job (" + found + ")").orElse("another job") + ", which was alive "
                            + Math.max(0, silent.toSeconds()) + " seconds ago,");
        }
    }

    private static InvalidRequestException refused(Path file, String who) {
        return new InvalidRequestException(
                file.getParent().getParent().toString(),
                who
                        + " writes this output; wait until it has ended, or choose another output; if it was killed,"
                        + " run the same command again in " + VOID_AFTER.toSeconds() + " seconds");
    }

    /**
     * Checks the lock before something is published.
     *
     * @throws InvalidRequestException when another job holds the lock now
     */
    void requireHeld() {
        Optional<LockHolder> found = files.exists(file) ? LockHolder.parse(files.readText(file)) : Optional.empty();
        if (!found.equals(Optional.of(holder))) {
            throw new InvalidRequestException(
                    file.getParent().getParent().toString(),
                    found.map(other -> "another job (" + other + ") has").orElse("another job has")
                            + " taken this output over, because this one stood still for more than "
                            + VOID_AFTER.toSeconds() + " seconds; nothing was published; wait until that job has ended,"
                            + " then run the same command again");
        }
    }

    private void touch() {
        try {
            files.fileSystem().setTimes(file, System.currentTimeMillis(), -1);
        } catch (IOException | RuntimeException e) {
            // The file is gone with the finished output, or the file system cannot set times; requireHeld decides.
            LOG.debug("{} could not be touched", file, e);
        }
    }

    /** Stops updating the file, which stays. */
    void stop() {
        heartbeat.cancel(false);
        HELD.remove(holder.id());
    }

    /** Removes the file when it still belongs to this job. */
    @Override
    public void close() {
        stop();
        if (files.exists(file) && LockHolder.parse(files.readText(file)).equals(Optional.of(holder))) {
            files.delete(file);
        }
    }
}
