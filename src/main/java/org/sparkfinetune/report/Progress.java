package org.sparkfinetune.report;

import java.util.List;

/**
 * Where a job tells how far it is. All that shows it listens here: the command line, Spark's web interface, the event log, metrics, trackers of
 * experiments ({@code report.watch}); tests may record it.
 */
public interface Progress {
    /**
     * Begins a stage; the one before it must be closed.
     *
     * @param name plain words, such as {@code "read pictures"}
     * @param total units of work in the stage, 0 when unknown
     * @param unit what is counted, plural, such as {@code "images"}
     */
    Stage start(String name, long total, String unit);

    /** Says something that is no stage, in a line of its own. */
    void tell(String text);

    /** Says what the user should know or mend, though the job goes on. */
    default void warn(String text) {
        tell("WARNING: " + text);
    }

    /** Names work that is too short to be a stage, such as {@code "count pictures"}; for those who look at single Spark jobs. */
    default void doing(String text) {}

    /** Tells figures, for programs; what people read is told as text beside it. */
    default void happened(JobEvent event) {}

    /** A stage under way. Thread-safe. */
    interface Stage extends AutoCloseable {
        /** Tells how many units are done since the stage began; never falls. */
        void done(long count);

        /** As {@link #done(long)}, and in words what is being done now, such as {@code "epoch 3 of 30, round 2 of 11"}. */
        default void done(long count, String now) {
            done(count);
        }

        /** Tells something worth a line of its own, such as the figures of an epoch; the time left may be added. */
        void note(String text);

        /** Ends the stage, done or not. */
        @Override
        void close();
    }

    /** A listener that most things do not concern. */
    interface Listener extends Progress {
        @Override
        default Stage start(String name, long total, String unit) {
            return new Stage() {
                @Override
                public void done(long count) {}

                @Override
                public void note(String text) {}

                @Override
                public void close() {}
            };
        }

        @Override
        default void tell(String text) {}
    }

    /** Shows nothing. */
    static Progress silent() {
        return new Listener() {};
    }

    /**
     * Tells all listeners, in their order.
     *
     * @param people who is told when another listener fails, which is not told anything any more; the job goes on
     */
    static Progress all(Progress people, List<? extends Progress> others) {
        return new Listeners(people, others);
    }
}
