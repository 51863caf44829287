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
 * A file that says who writes an output, so that two jobs do not do it at the same time. The first job makes it, and gives it a
 * new modification time every ten seconds; a second one that finds it is refused.
 *
 * <p>A job may be killed at any moment and leave its lock behind. It is void when its process ran on this machine and is gone,
 * when it is of a job of this process that has ended, when it is of an earlier attempt of the same application, or when it has not been touched for a minute. The last needs clocks that
 * differ by less than that. A job that stood still for so long finds its lock lost, and {@link #requireHeld} lets it publish
 * nothing: that, not the making of the file, is the guard that also holds where two jobs look at the same moment.
 *
 * <p>HDFS makes a file for one of two callers, at once or not at all. A local disk, through Hadoop, looks first and makes then; in
 * between is less than a millisecond. Object stores (s3a, gs, abfs) promise neither that nor modification times that can be set: there the
 * lock catches a second job that comes in the first minute, or when the first wants to publish, and no more. Give each job its own output.
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

    /** Ids of the holders in this process. A disk that fails may leave the file of a job that has ended. */
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
     * Makes the lock, or takes over one that is void.
     *
     * @param application that it is for
     * @throws InvalidRequestException naming the other job, when there is one
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
                        + " writes this output; wait until it has ended, or choose another output; if it was killed, run the same"
                        + " command again in " + VOID_AFTER.toSeconds() + " seconds");
    }

    /**
     * Checks before something is published.
     *
     * @throws InvalidRequestException when another job has taken the output over
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
            // Gone with the finished output, or a file system without this; requireHeld has the last word.
            LOG.debug("{} could not be touched", file, e);
        }
    }

    /** Ends the signs of life; the file stays. */
    void stop() {
        heartbeat.cancel(false);
        HELD.remove(holder.id());
    }

    /** Removes the file when it is still this job's. */
    @Override
    public void close() {
        stop();
        if (files.exists(file) && LockHolder.parse(files.readText(file)).equals(Optional.of(holder))) {
            files.delete(file);
        }
    }
}
