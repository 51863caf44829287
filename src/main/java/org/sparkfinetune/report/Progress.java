package org.sparkfinetune.report;

/** Where a job tells how far it is; the command line shows it, tests may record it. */
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

    /** Shows nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public Stage start(String name, long total, String unit) {
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
            public void tell(String text) {}
        };
    }
}
