package org.sparkfinetune.train.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Collection;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.graph.dataset.DataSetToMultiDataSetFn;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.check.Problem;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.train.EpochTrainer.TrainedEpoch;
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.TrainingPlan;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;

/**
 * Exact parameter averaging for any Deeplearning4j program: replaces {@code ParameterAveragingTrainingMaster} in
 * {@link SparkComputationGraph} and {@link SparkDl4jMultiLayer}.
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master = new ExactParameterAveragingTrainingMaster.Builder(workers)
 *         .batchSizePerWorker(32)
 *         .build();
 * new SparkComputationGraph(spark, graph, master).fit(dataSets);
 * }</pre>
 *
 * <p>An example is one row of a data set; the data sets of an RDD may have any number of rows. Each {@code fit} is one
 * epoch and trains every example exactly once. The order of the examples depends only on the seed and the network's
 * epoch count; the same seed, workers and data give the same bits. Updater state is averaged and kept.
 *
 * <p>A {@code fit} reads the RDD twice, to count and to train; the next {@code fit} of the same RDD object does not
 * count again. Persist the RDD if it is expensive to compute. Its partitions must give the same rows in the same order
 * each time; missing and surplus rows are detected. Everything that is persisted or broadcast is released when
 * {@code fit} returns; nothing is exported.
 *
 * <p>Listeners are called on the driver after each averaging, with the averaged network. Training hooks, which run
 * inside workers, and DL4J's training statistics are refused; {@link Builder#roundListener} reports more than these
 * would.
 */
public final class ExactParameterAveragingTrainingMaster
        implements TrainingMaster<ParameterAveragingTrainingResult, ParameterAveragingTrainingWorker> {
    private final TrainingPlan plan;
    private final LearningRateSchedule schedule;
    private final RoundListener roundListener;

    private List<TrainingListener> listeners = List.of();
    private int countedRdd = -1;
    private DataSetRows counted;

    private ExactParameterAveragingTrainingMaster(
            TrainingPlan plan, LearningRateSchedule schedule, RoundListener roundListener) {
        this.plan = plan;
        this.schedule = schedule;
        this.roundListener = roundListener;
    }

    /**
     * Reads a master from the numbers that {@link #toJson} wrote; they include neither schedule nor listeners.
     *
     * @throws InvalidRequestException if the text is not JSON of that form, or a number is out of range
     */
    public static ExactParameterAveragingTrainingMaster fromJson(String json) {
        try {
            TrainingPlan plan = Json.parse(json, TrainingPlan.class);
            return new ExactParameterAveragingTrainingMaster(plan, LearningRateSchedule.CONSTANT, RoundListener.SILENT);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(
                    "training master", "is not what toJson writes: " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
        fit(new FittedNetwork.Graph(graph), data.map(new DataSetToMultiDataSetFn()), data.id());
    }

    @Override
    public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
        fit(new FittedNetwork.Graph(graph), data, data.id());
    }

    @Override
    public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
        fit(new FittedNetwork.Layers(network), data.map(new DataSetToMultiDataSetFn()), data.id());
    }

    @Override
    public void executeTrainingPaths(
            SparkDl4jMultiLayer network,
            SparkComputationGraph graph,
            JavaRDD<String> paths,
            DataSetLoader dataSets,
            MultiDataSetLoader multiDataSets) {
        FittedNetwork fitted = graph == null ? new FittedNetwork.Layers(network) : new FittedNetwork.Graph(graph);
        fit(fitted, paths.mapPartitions(new LoadedDataSets(paths.context(), dataSets, multiDataSets)), paths.id());
    }

    private void fit(FittedNetwork network, JavaRDD<MultiDataSet> data, int rddId) {
        if (network.backpropType() == BackpropType.TruncatedBPTT) {
            throw new InvalidRequestException(
                    "network", "truncated backpropagation through time updates within an example; use Standard");
        }
        if (countedRdd != rddId) {
            counted = DataSetRows.count(data);
            countedRdd = rddId;
        }
        TrainingState before = TrainingState.of(network.trained());
        try (AveragingTrainer<byte[]> trainer =
                new AveragingTrainer<>(network.spark(), network.trained(), plan, DataSetRow::merge)) {
            ListenedRounds rounds = new ListenedRounds(network, listeners, roundListener);
            TrainedEpoch epoch = trainer.trainEpoch(before, counted.number(data), counted.count(), schedule, rounds);
            // The network's Spark wrapper counts the epoch when fit returns.
            TrainingState after = epoch.state();
            network.accept(
                    new TrainingState(after.parameters(), after.updaterState(), after.iterations(), before.epochs()));
            rounds.epochDone();
        }
    }

    @Override
    public void setListeners(Collection<TrainingListener> listeners) {
        setListeners(null, listeners);
    }

    @Override
    public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
        this.listeners = listeners == null ? List.of() : List.copyOf(listeners);
        for (TrainingListener listener : this.listeners) {
            if (router != null && listener instanceof RoutingIterationListener routing) {
                routing.setStorageRouter(router);
            }
        }
    }

    @Override
    public String toJson() {
        return Json.object()
                .put("workers", plan.workers())
                .put("batchSizePerWorker", plan.batchSizePerWorker())
                .put("averagingFrequency", plan.averagingFrequency())
                .put("seed", plan.seed())
                .toString();
    }

    /** The JSON, which is also YAML. */
    @Override
    public String toYaml() {
        return toJson();
    }

    /** Always true: this master has no temporary files. */
    @Override
    public boolean deleteTempFiles(JavaSparkContext spark) {
        return true;
    }

    /** Always true: this master has no temporary files. */
    @Override
    public boolean deleteTempFiles(SparkContext spark) {
        return true;
    }

    @Override
    public void addHook(TrainingHook hook) {
        throw new UnsupportedOperationException(
                "training hooks are not supported; listeners and Builder.roundListener are called after every"
                        + " averaging");
    }

    @Override
    public void removeHook(TrainingHook hook) {
        throw new UnsupportedOperationException("training hooks are not supported");
    }

    @Override
    public void setCollectTrainingStats(boolean collect) {
        if (collect) {
            throw new UnsupportedOperationException(
                    "DL4J's training statistics are not supported; Builder.roundListener reports times, bytes and"
                            + " losses");
        }
    }

    @Override
    public boolean getIsCollectTrainingStats() {
        return false;
    }

    /** Always null: DL4J's convention for a master without statistics. */
    @Override
    public SparkTrainingStats getTrainingStats() {
        return null;
    }

    @Override
    public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph graph) {
        throw noWorkers();
    }

    @Override
    public ParameterAveragingTrainingWorker getWorkerInstance(SparkDl4jMultiLayer network) {
        throw noWorkers();
    }

    private static UnsupportedOperationException noWorkers() {
        return new UnsupportedOperationException(
                "the exact master has no DL4J workers: it sends its rounds to the executors itself");
    }

    /** Settings of a master; the defaults are those of DL4J's own master. */
    public static final class Builder {
        private final int workers;
        private int batchSizePerWorker = 16;
        private int averagingFrequency = 5;
        private long seed = 42;
        private LearningRateSchedule schedule = LearningRateSchedule.CONSTANT;
        private RoundListener roundListener = RoundListener.SILENT;

        /**
         * @param workers W, slices of a round that are trained in parallel, at least 1; usually the number of task
         *     threads of the cluster; another number gives another result
         */
        public Builder(int workers) {
            this.workers = workers;
        }

        /** Examples per minibatch of a worker, at least 1; default 16. */
        public Builder batchSizePerWorker(int examples) {
            this.batchSizePerWorker = examples;
            return this;
        }

        /** Minibatches that a worker fits between two averagings, at least 1; default 5. */
        public Builder averagingFrequency(int minibatches) {
            this.averagingFrequency = minibatches;
            return this;
        }

        /** Seed of the order of examples and of dropout; default 42. */
        public Builder seed(long newSeed) {
            this.seed = newSeed;
            return this;
        }

        /** Factor of every layer's learning rate in the course of the training; default constant. */
        public Builder learningRate(LearningRateSchedule newSchedule) {
            this.schedule = newSchedule;
            return this;
        }

        /** Listener that receives loss, times and bytes of each round. */
        public Builder roundListener(RoundListener listener) {
            this.roundListener = listener;
            return this;
        }

        /**
         * Makes the master.
         *
         * @throws InvalidRequestException with every setting that is out of range
         */
        public ExactParameterAveragingTrainingMaster build() {
            try {
                TrainingPlan plan = new TrainingPlan(seed, workers, batchSizePerWorker, averagingFrequency);
                return new ExactParameterAveragingTrainingMaster(plan, schedule, roundListener);
            } catch (InvalidRequestException e) {
                // The problems name keys of a recipe; callers know the methods of this builder.
                throw new InvalidRequestException(e.problems().stream()
                        .map(problem -> new Problem(problem.place().replace("training.", ""), problem.message()))
                        .toList());
            }
        }
    }
}
