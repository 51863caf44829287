package org.sparkfinetune.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.sparkfinetune.check.HostName;
import org.sparkfinetune.config.Json;

/**
 * The job that writes an output.
 *
 * @param id unique for each attempt
 * @param application Spark's application id
 * @param host host of the driver
 * @param process process id of the driver
 * @param startedAt start of the job in UTC
 */
record LockHolder(String id, String application, String host, long process, String startedAt) {
    /** Returns the holder for a job of this process. */
    static LockHolder here(String application) {
        return new LockHolder(
                UUID.randomUUID().toString(),
                application,
                HostName.local(),
                ProcessHandle.current().pid(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Parses a text of {@link #text}; empty when the file is just being written, or is not a lock. */
    static Optional<LockHolder> parse(String text) {
        try {
            return Optional.ofNullable(Json.parse(text, LockHolder.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    String text() {
        return Json.line(this);
    }

    /**
     * Returns whether that job has certainly ended: it was a job of this process that holds no lock any more, its
     * process ran on this machine and does not exist any more, or this is the next attempt of its application. False
     * means unknown.
     *
     * @param held ids of the jobs of this process that are writing outputs
     */
    boolean hasEnded(LockHolder now, Set<String> held) {
        boolean sameHost = host.equals(now.host);
        if (sameHost && process == now.process) {
            return !held.contains(id);
        }
        return application.equals(now.application)
                || sameHost && ProcessHandle.of(process).isEmpty();
    }

    @Override
    public String toString() {
        return "application " + application + ", process " + process + " on " + host + ", since " + startedAt;
    }
}
