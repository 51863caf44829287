package org.sparkfinetune.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who writes an output.
 *
 * @param id of this one try
 * @param application as Spark calls it
 * @param host that the driver runs on
 * @param process of the driver
 * @param startedAt in UTC
 */
record LockHolder(String id, String application, String host, long process, String startedAt) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** This process. */
    static LockHolder here(String application) {
        return new LockHolder(
                UUID.randomUUID().toString(),
                application,
                hostName(),
                ProcessHandle.current().pid(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** What {@link #text} wrote; empty when the file is being written just now, or is no lock. */
    static Optional<LockHolder> parse(String text) {
        try {
            return Optional.ofNullable(JSON.readValue(text, LockHolder.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and a number are always JSON", e);
        }
    }

    /**
     * Whether that job is known to have ended: it was one of this process that holds nothing any more, its process ran on this
     * machine and is gone, or this is the next attempt of its application. False means only that nobody here can tell.
     *
     * @param held ids of the jobs of this process that write an output now
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

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
