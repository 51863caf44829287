package org.sparkfinetune.report;

import java.util.List;

/**
 * Receives the progress of a job. Everything that shows progress implements it: the command line, Spark's web
 * interface, the event log, metrics, experiment trackers ({@code report.watch}), and tests.
 */
public interface Progress {
    /**
     * Begins a phase; the one before it must be closed.
     *
     * @param name plain words, such as {@code "read pictures"}
     * @param total units of work in the phase, 0 when unknown
     * @param unit plural of what is counted, such as {@code "pictures"}
     */
    Phase start(String name, long total, String unit);

    /** Reports a message that belongs to no phase, on a line of its own. */
    void tell(String text);

    /** Reports something that the user should know or fix, though the job continues. */
    default void warn(String text) {
        tell("WARNING: " + text);
    }

    /**
     * Names work that is too short to be a phase, such as {@code "count pictures"}, for those who look at single Spark
     * jobs.
     */
    default void doing(String text) {}

    /** Reports figures to programs; people get the same as text, separately. */
    default void onEvent(JobEvent event) {}

    /** A phase in progress. Thread-safe. */
    interface Phase extends AutoCloseable {
        /** Reports how many units are done since the phase began; never decreases. */
        void done(long count);

        /**
         * Reports the count as {@link #done(long)} does, and what is being done now, such as
         * {@code "epoch 3 of 30, round 2 of 11"}.
         */
        default void done(long count, String now) {
            done(count);
        }

        /** Reports something worth a line of its own, such as the figures of an epoch; the time left may be added. */
        void note(String text);

        /** Ends the phase, complete or not. */
        @Override
        void close();
    }

    /** A listener that ignores everything it does not override. */
    interface Listener extends Progress {
        @Override
        default Phase start(String name, long total, String unit) {
            return new Phase() {
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
     * Forwards progress to all listeners, in their order.
     *
     * @param people listener that receives a warning when another listener fails; the failed one receives nothing more,
     *     and the job continues
     */
    static Progress all(Progress people, List<? extends Progress> others) {
        return new Listeners(people, others);
    }
}
