package org.sparkfinetune.train.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.CleanerListener;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.storage.BlockId;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.DataSets;
import org.sparkfinetune.train.Points;
import org.sparkfinetune.train.Tails;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.dl4j.ExactParameterAveragingTrainingMaster;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** A training leaves nothing behind in Spark. */
@Tag("spark")
class ReleaseTest {
    private static final AbstractFunction1<BlockId, Object> BROADCAST = new AbstractFunction1<>() {
        @Override
        public Object apply(BlockId block) {
            return block.isBroadcast();
        }
    };

    private final AtomicInteger stages = new AtomicInteger();
    private final SparkListener counting = new SparkListener() {
        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
            stages.incrementAndGet();
        }
    };

    private final HeldCleaner cleaner = new HeldCleaner(new CountDownLatch(1), new CountDownLatch(1));

    /** What was forgotten stays: for the time of the test Spark removes nothing because it is garbage. */
    @BeforeEach
    void listen() throws InterruptedException {
        SparkContext spark = LocalSpark.session().sparkContext();
        spark.addSparkListener(counting);
        spark.cleaner().get().attachListener(cleaner);
        do {
            LocalSpark.context().broadcast("garbage");
            System.gc();
        } while (!cleaner.held().await(100, TimeUnit.MILLISECONDS));
    }

    @AfterEach
    void stopListening() {
        cleaner.end().countDown();
        LocalSpark.session().sparkContext().removeSparkListener(counting);
    }

    @Test
    void noRddBroadcastOrShuffleIsLeftBehind() throws Exception {
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        Set<String> before = kept();
        Training.epochs(tail, new TrainingPlan(3, 2, 4, 1), Points.rdd(40, 3), 40, 2);
        awaitNothingSince(before);
    }

    @Test
    void aFitOfTheTrainingMasterLeavesNothingBehind(@TempDir Path folder) throws Exception {
        DataSets.of(0, 9).save(folder.resolve("first").toFile());
        DataSets.of(9, 30).save(folder.resolve("second").toFile());
        Set<String> before = kept();
        SparkComputationGraph graph = DataSets.onSpark(
                Tails.dense(new Adam(0.01), Activation.TANH),
                new ExactParameterAveragingTrainingMaster.Builder(3)
                        .batchSizePerWorker(4)
                        .averagingFrequency(1)
                        .build());
        graph.fit(DataSets.rdd(3, 10, 1, 20));
        graph.fit(folder.toUri().toString());
        awaitNothingSince(before);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).hasSize(2);
        }
    }

    @Test
    void whatTheCallerPersistedOrShuffledStays() throws Exception {
        Set<String> before = kept();
        JavaRDD<Long> indices = LocalSpark.context()
                .parallelize(java.util.stream.LongStream.range(0, 40).boxed().toList(), 2)
                .cache();
        LongAccumulator shuffled = LocalSpark.session().sparkContext().longAccumulator();
        JavaPairRDD<Long, float[]> examples = indices.map(i -> {
                    shuffled.add(1);
                    return i;
                })
                .repartition(3)
                .mapToPair(i -> new scala.Tuple2<>(i, Points.example(i)));
        ComputationGraph tail = Tails.dense(new Adam(0.01), Activation.TANH);
        assertThat(examples.count()).isEqualTo(40);
        Set<String> withOurs = kept();
        Set<String> ours = since(before);
        ours.removeIf(name -> name.startsWith("broadcast"));
        assertThat(ours).contains("rdd " + indices.id()).anyMatch(name -> name.startsWith("shuffle "));
        Training.epochs(tail, new TrainingPlan(3, 2, 4, 1), examples, 40, 1);
        awaitNothingSince(withOurs);
        assertThat(kept()).containsAll(ours);
        assertThat(examples.count()).isEqualTo(40);
        assertThat(shuffled.value()).as("the shuffle is used again").isEqualTo(40);
        indices.unpersist();
    }

    /** What Spark keeps, by its name, so that what an earlier test left, and Spark removes meanwhile, hides nothing. */
    private static Set<String> kept() {
        Set<String> kept = new TreeSet<>();
        LocalSpark.context().getPersistentRDDs().keySet().forEach(id -> kept.add("rdd " + id));
        SparkEnv spark = SparkEnv.get();
        JavaConverters.mapAsJavaMap(((MapOutputTrackerMaster) spark.mapOutputTracker()).shuffleStatuses())
                .keySet()
                .forEach(id -> kept.add("shuffle " + id));
        JavaConverters.seqAsJavaList(spark.blockManager().master().getMatchingBlockIds(BROADCAST, true))
                .forEach(block -> kept.add(block.name()));
        // On disk: those of shuffles.
        JavaConverters.seqAsJavaList(spark.blockManager().diskBlockManager().getAllFiles())
                .forEach(file -> kept.add("file " + file));
        return kept;
    }

    private static Set<String> since(Set<String> before) {
        Set<String> since = kept();
        since.removeAll(before);
        return since;
    }

    /** Waits, since releasing is asynchronous. */
    private void awaitNothingSince(Set<String> before) throws Exception {
        LocalSpark.session().sparkContext().listenerBus().waitUntilEmpty();
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (!leftBehind(before).isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(20);
        }
        assertThat(leftBehind(before)).isEmpty();
    }

    /** Spark broadcasts the code of each stage, and keeps it until it is garbage: so many broadcasts are its own. */
    private Set<String> leftBehind(Set<String> before) {
        Set<String> left = since(before);
        Set<String> broadcasts = left.stream()
                .filter(name -> name.startsWith("broadcast"))
                .map(name -> name.replaceFirst("_piece.*", ""))
                .collect(Collectors.toSet());
        if (broadcasts.size() <= stages.get()) {
            left.removeIf(name -> name.startsWith("broadcast"));
        }
        return left;
    }

    /** Spark calls it after each removal, on a thread of its own for what is garbage: that thread waits for the end. */
    private record HeldCleaner(CountDownLatch held, CountDownLatch end) implements CleanerListener {
        private void hold() {
            if (!Thread.currentThread().getName().equals("Spark Context Cleaner")) {
                return;
            }
            held.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void shuffleCleaned(int id) {
            hold();
        }

        @Override
        public void rddCleaned(int id) {
            hold();
        }

        @Override
        public void broadcastCleaned(long id) {
            hold();
        }

        @Override
        public void accumCleaned(long id) {
            hold();
        }

        @Override
        public void checkpointCleaned(long id) {
            hold();
        }
    }
}
