package org.sparkfinetune.bench.scaling;

/**
 * What a round of exact parameter averaging costs on W executors, one worker on each, by what the trainer really sends.
 * Its steps wait for one another: every worker fetches the averages of the round before from their owners, fits its
 * slice, cuts its pieces, the owners of chunks fetch and add them, the driver collects the averages. Each executor and
 * the driver have a network card of their own, which sends and receives at the same time; the switch between them is
 * never the bottleneck.
 *
 * @param costs of machines and network
 * @param stateBytes parameters and updater state, what a worker sends in a round
 * @param secondsPerExample forward, backward and update of one example on one executor
 */
public record RoundModel(Costs costs, long stateBytes, double secondsPerExample) {
    /** {@code VectorLayout}: a chunk for each worker, of 64 Ki to 1023 Ki floats, 16 Mi of all workers. */
    private static final long SMALLEST_CHUNK = 1L << 16;

    private static final long LARGEST_CHUNK = (1L << 20) - 1024;

    private static final long AVERAGED_AT_ONCE = 1L << 24;

    /**
     * Machines and network.
     *
     * @param bytesPerSecond of each network card
     * @param copiedPerSecond bytes of state that a JVM takes over or cuts out in a second, in memory
     * @param addedPerSecond bytes of pieces that an executor adds in a second
     * @param stageSeconds to start and end a Spark stage of no work
     * @param taskSeconds of the driver, to send a task and take its end
     * @param requestSeconds to ask another machine for one block
     */
    public record Costs(
            double bytesPerSecond,
            double copiedPerSecond,
            double addedPerSecond,
            double stageSeconds,
            double taskSeconds,
            double requestSeconds) {}

    /**
     * Seconds of each step.
     *
     * @param takeOver averages from their owners into the network
     * @param fit of the longest slice
     * @param cut pieces out of the network
     * @param exchange pieces to the owners of their chunks
     * @param add pieces to averages
     * @param collect averages on the driver
     * @param spark stages and tasks
     */
    public record Parts(
            double takeOver, double fit, double cut, double exchange, double add, double collect, double spark) {
        /** All of the round. */
        public double total() {
            return fit + averaging();
        }

        /** All but the fit; the driver collects during the next one, and only what takes longer is waited for. */
        public double averaging() {
            return takeOver + cut + exchange + add + Math.max(0, collect - fit) + spark;
        }
    }

    /** One round. @param examples of the longest slice */
    public Parts parts(int workers, long examples) {
        long owners = Math.min(workers, chunks(workers));
        double copied = stateBytes / costs.copiedPerSecond();
        // The busiest owner gets the pieces of all other workers, and gives its averages to all of them.
        double sent = (double) stateBytes * (workers - 1) / owners / costs.bytesPerSecond();
        double piecesAsked = (double) chunks(workers) * (workers - 1) / owners;
        double averagesAsked = (double) chunks(workers) * (workers - 1) / workers;
        return new Parts(
                sent + averagesAsked * costs.requestSeconds() + copied,
                examples * secondsPerExample,
                copied,
                sent + piecesAsked * costs.requestSeconds(),
                (double) stateBytes * workers / owners / costs.addedPerSecond(),
                stateBytes / costs.bytesPerSecond() + chunks(workers) * costs.requestSeconds() + copied,
                2 * costs.stageSeconds() + (workers + owners) * costs.taskSeconds());
    }

    /** Pieces that the state is cut into. */
    public long chunks(int workers) {
        long floats = stateBytes / Float.BYTES;
        long share = ceilDiv(floats, workers);
        return ceilDiv(
                floats, Math.max(SMALLEST_CHUNK, Math.min(share, Math.min(LARGEST_CHUNK, AVERAGED_AT_ONCE / workers))));
    }

    /**
     * All rounds of an epoch, the last one with what is left.
     *
     * @param examples in the training set
     * @param perRound examples that a worker fits in a full round: minibatch times averaging frequency
     */
    public double epochSeconds(int workers, long examples, long perRound) {
        long full = examples / (perRound * workers);
        long rest = examples % (perRound * workers);
        double seconds = full * parts(workers, perRound).total();
        return rest == 0
                ? seconds
                : seconds + parts(workers, ceilDiv(rest, workers)).total();
    }

    /** An epoch on one such machine without Spark: it fits, and averages nothing. */
    public double aloneSeconds(long examples) {
        return examples * secondsPerExample;
    }

    /**
     * The smallest power of two of executors that are faster than one machine without Spark; more than {@code most}
     * when none is.
     *
     * @param most executors that are looked at
     */
    public int faster(long examples, long perRound, int most) {
        int workers = 1;
        while (workers <= most && epochSeconds(workers, examples, perRound) >= aloneSeconds(examples)) {
            workers *= 2;
        }
        return workers;
    }

    /**
     * The largest power of two up to which doubling the executors is worth it: one step further the epoch gets faster
     * by less than {@code gain}.
     *
     * @param gain 1 is twice as fast with twice the executors, 0 no faster
     * @param most executors that are looked at
     */
    public int worthwhile(long examples, long perRound, double gain, int most) {
        int workers = 1;
        while (workers < most
                && epochSeconds(workers, examples, perRound) / epochSeconds(2 * workers, examples, perRound) - 1
                        >= gain) {
            workers *= 2;
        }
        return workers;
    }

    private static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }
}
