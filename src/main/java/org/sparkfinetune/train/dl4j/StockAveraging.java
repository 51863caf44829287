package org.sparkfinetune.train.dl4j;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.DivergedException;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.SplitMix;
import org.sparkfinetune.inference.engine.GpuProfile;
import org.sparkfinetune.storage.JobDescription;
import org.sparkfinetune.train.Batcher;
import org.sparkfinetune.train.EpochPart;
import org.sparkfinetune.train.EpochResult;
import org.sparkfinetune.train.EpochTrainer;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.FlatVector;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.Score;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;

/**
 * Deeplearning4j's own {@link ParameterAveragingTrainingMaster}, for comparison. It trains only the examples that fill
 * complete rounds and drops the rest. Its workers count the trained examples, reported as
 * {@link EpochResult#examples()}. It reads the examples at least once per round, and reports no progress within an
 * epoch. Accuracy is measured after the epoch, on all examples.
 *
 * <p>The workers count iterations from 0 in each round, because a copied graph configuration has no counters: Adam
 * repeats its bias correction in every round, and a schedule would not advance. So the learning rate at the beginning
 * of an epoch is used for the whole epoch.
 *
 * <p>Two settings differ from the defaults: updater state is kept between rounds (the default according to its
 * documentation, but not in its code), and examples are not written to files first.
 *
 * @param <T> an example as it travels through Spark
 */
public final class StockAveraging<T> implements EpochTrainer<T> {
    private static final Logger LOG = LoggerFactory.getLogger(StockAveraging.class);

    private final JavaSparkContext spark;
    private final String configuration;
    private final TrainingPlan plan;
    private final Batcher<T> batcher;
    private final AveragingTrainer<T> scorer;

    /**
     * Makes a trainer from the same arguments as {@link AveragingTrainer}.
     *
     * @throws InvalidRequestException on GPUs: that master assigns its workers to all GPUs that it sees
     */
    public StockAveraging(JavaSparkContext spark, ComputationGraph tail, TrainingPlan plan, Batcher<T> batcher) {
        requireNoGpus(spark.getConf());
        this.spark = spark;
        this.configuration = tail.getConfiguration().toJson();
        this.plan = plan;
        this.batcher = batcher;
        this.scorer = new AveragingTrainer<>(spark, tail, plan, batcher);
    }

    /** @throws InvalidRequestException if the tasks of a Spark configuration have GPUs */
    public static void requireNoGpus(SparkConf conf) {
        GpuProfile.setting(conf).ifPresent(key -> {
            throw new InvalidRequestException(
                    "training.trainer",
                    "is dl4j, whose workers use every GPU that they see, not only the one assigned by Spark (" + key
                            + "); use exact, or a cpu profile");
        });
    }

    /**
     * Warning about dropped examples, for users before they train.
     *
     * @param count number of examples of an epoch
     * @return empty if the examples fill complete rounds
     */
    public static Optional<String> warning(TrainingPlan plan, long count) {
        long dropped = dropped(plan, count);
        return dropped == 0
                ? Optional.empty()
                : Optional.of("trainer dl4j leaves out at least " + dropped + " of " + count
                        + " examples in every epoch: it trains only complete rounds of "
                        + plan.examplesPerRound()
                        + " (workers · batchSizePerWorker · averagingFrequency); trainer exact trains all");
    }

    @Override
    public TrainedEpoch trainEpoch(
            TrainingState before,
            JavaPairRDD<Long, T> examples,
            long count,
            LearningRateSchedule schedule,
            RoundListener listener) {
        if (!before.part().equals(EpochPart.NONE)) {
            throw new IllegalArgumentException("Deeplearning4j's master cannot resume in the middle of an epoch");
        }
        long start = System.nanoTime();
        int epoch = before.epochs() + 1;
        warning(plan, count).ifPresent(LOG::warn);
        ComputationGraph graph = graph(before, schedule.factor(before.epochs() * count));
        TrainedCount trained = new TrainedCount(spark.sc());
        Batcher<T> each = batcher;
        JavaRDD<MultiDataSet> rows = examples.values().map(example -> each.batch(List.of(example)));
        try (JobDescription description = new JobDescription(spark)) {
            description.set("Deeplearning4j's own master", "epoch " + epoch);
            new SparkComputationGraph(spark, graph, master(epoch, trained)).fitMultiDataSet(rows);
        } finally {
            // The master persists this RDD and does not unpersist it.
            rows.unpersist(false);
        }
        int rounds = (int) Math.max(1, count / plan.examplesPerRound());
        trained.firstDiverged().ifPresent(worker -> {
            throw new DivergedException(epoch, rounds, worker, trained.loss());
        });
        if (trained.examples() == 0) {
            throw new BadDataException("epoch " + epoch, "trainer dl4j trained none of " + count + " examples");
        }
        TrainingState after = TrainingState.of(graph);
        EpochResult result = new EpochResult(
                epoch,
                trained.examples(),
                rounds,
                trained.loss(),
                score(after, examples.values()).accuracy(),
                (System.nanoTime() - start) / 1e9,
                FlatVector.BYTES
                        * (after.parameters().length() + after.updaterState().length()),
                0,
                "trainer dl4j");
        listener.roundDone(trained.progress(result, count), after);
        return new TrainedEpoch(after, result);
    }

    @Override
    public Score score(TrainingState state, JavaRDD<T> examples) {
        return scorer.score(state, examples);
    }

    @Override
    public <S> Score score(TrainingState state, JavaRDD<S> examples, Batcher<S> batches) {
        return scorer.score(state, examples, batches);
    }

    @Override
    public void close() {
        scorer.close();
    }

    private ComputationGraph graph(TrainingState state, double learningRateFactor) {
        ComputationGraphConfiguration copy = ComputationGraphConfiguration.fromJson(configuration);
        for (GraphVertex vertex : copy.getVertices().values()) {
            if (vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
                scale(trained.getIUpdater(), state, learningRateFactor);
                scale(trained.getBiasUpdater(), state, learningRateFactor);
            }
        }
        ComputationGraph graph = new ComputationGraph(copy);
        graph.init();
        state.applyTo(graph);
        return graph;
    }

    private static void scale(IUpdater updater, TrainingState state, double factor) {
        if (updater != null && updater.hasLearningRate()) {
            updater.setLrAndSchedule(updater.getLearningRate(state.iterations(), state.epochs()) * factor, null);
        }
    }

    private ParameterAveragingTrainingMaster master(int epoch, TrainedCount trained) {
        return new ParameterAveragingTrainingMaster.Builder(plan.workers(), 1)
                .batchSizePerWorker(plan.batchSizePerWorker())
                .averagingFrequency(plan.averagingFrequency())
                .saveUpdater(true)
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .rngSeed(SplitMix.seed(plan.seed(), epoch))
                .trainingHooks(trained)
                .build();
    }

    /** DL4J makes n / perRound splits, rounded down but at least one, and trains at most perRound examples of each. */
    private static long dropped(TrainingPlan plan, long count) {
        long perRound = plan.examplesPerRound();
        return count <= perRound ? 0 : count % perRound;
    }
}
