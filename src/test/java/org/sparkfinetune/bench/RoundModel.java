package org.sparkfinetune.bench;

/**
 * What a round of exact parameter averaging costs on W executors, one worker on each, by what the trainer really sends. Its steps wait for one
 * another: the state is broadcast, every worker fits its slice, writes its pieces, the owners of chunks fetch and add them, the
 * driver collects the averages. Each executor and the driver have a network card of their own, which sends and receives at the same time; the switch between them is never
 * the bottleneck.
 *
 * @param costs of machines and network
 * @param stateBytes parameters and updater state, what a worker sends in a round
 * @param secondsPerExample forward, backward and update of one example on one executor
 */
public record RoundModel(Costs costs, long stateBytes, double secondsPerExample) {
    /** {@code FlatVector}: a little less than 4 MiB, so that Spark's spark.broadcast.blockSize of 4092k holds one. */
    private static final long BLOCK_BYTES = 4L * ((1 << 20) - 1024);
    /** {@code StateBroadcast}: blocks in a part, which an executor waits for before it asks for the next. */
    private static final long BLOCKS_PER_PART = 16;
    /** {@code VectorLayout}: 1 MiB of floats, or more where that would make more than 128 chunks. */
    private static final long CHUNK_FLOATS = 1L << 18;

    private static final long MOST_CHUNKS = 128;
    /** {@code Round}: averages that the driver asks for in one Spark job. */
    private static final long BYTES_PER_JOB = 256L << 20;

    /**
     * Machines and network.
     *
     * @param bytesPerSecond of each network card
     * @param serializedPerSecond bytes that a JVM writes or reads in a second, in memory
     * @param addedPerSecond bytes of pieces that an executor adds in a second
     * @param stageSeconds to start and end a Spark stage of no work
     * @param taskSeconds of the driver, to send a task and take its end
     * @param requestSeconds to ask another machine for one block
     */
    public record Costs(
            double bytesPerSecond,
            double serializedPerSecond,
            double addedPerSecond,
            double stageSeconds,
            double taskSeconds,
            double requestSeconds) {}

    /**
     * Seconds of each step.
     *
     * @param broadcast the state to every executor
     * @param fit of the longest slice
     * @param write pieces to the shuffle
     * @param exchange pieces to the owners of their chunks
     * @param add pieces to averages
     * @param collect averages on the driver
     * @param spark stages and tasks
     */
    public record Parts(
            double broadcast, double fit, double write, double exchange, double add, double collect, double spark) {
        /** All of the round. */
        public double total() {
            return fit + averaging();
        }

        /** All but the fit. */
        public double averaging() {
            return broadcast + write + exchange + add + collect + spark;
        }
    }

    /** One round. @param examples of the longest slice */
    public Parts parts(int workers, long examples) {
        long owners = Math.min(workers, chunks());
        double serialize = stateBytes / costs.serializedPerSecond();
        // The busiest owner gets the pieces of all other workers; owners of the same chunks send theirs meanwhile.
        double received = (double) stateBytes * (workers - 1) / owners;
        double asked = (double) chunks() * (workers - 1) / owners;
        return new Parts(
                2 * serialize + broadcast(workers),
                examples * secondsPerExample,
                serialize,
                received / costs.bytesPerSecond() + asked * costs.requestSeconds(),
                (double) stateBytes * workers / owners / costs.addedPerSecond(),
                stateBytes / costs.bytesPerSecond() + serialize,
                (1 + jobs()) * costs.stageSeconds() + (workers + chunks()) * costs.taskSeconds());
    }

    /**
     * Executors ask for a part at the same moment, when only the driver has it: each gets its first block from the driver, all over one card. From
     * then on they have different blocks (each asks in an order of its own) and give them to each other.
     */
    private double broadcast(int workers) {
        long blocks = ceilDiv(stateBytes, BLOCK_BYTES);
        long parts = ceilDiv(blocks, BLOCKS_PER_PART);
        double first = Math.min((double) parts * BLOCK_BYTES, stateBytes);
        return (workers * first + (stateBytes - first)) / costs.bytesPerSecond() + blocks * costs.requestSeconds();
    }

    /** Pieces that the state is cut into, each added up by one task. */
    public long chunks() {
        long floats = stateBytes / Float.BYTES;
        return ceilDiv(floats, Math.max(CHUNK_FLOATS, ceilDiv(floats, MOST_CHUNKS)));
    }

    /** Spark jobs in which the driver collects. */
    private long jobs() {
        return ceilDiv(stateBytes, BYTES_PER_JOB);
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
     * The smallest power of two of executors that are faster than one machine without Spark; more than {@code most} when none is.
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
     * The largest power of two up to which doubling the executors is worth it: one step further the epoch gets faster by less than {@code gain}.
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
