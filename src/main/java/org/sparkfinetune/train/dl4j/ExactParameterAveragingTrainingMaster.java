package org.sparkfinetune.train.dl4j;

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
import org.sparkfinetune.train.LearningRateSchedule;
import org.sparkfinetune.train.RoundListener;
import org.sparkfinetune.train.TrainedEpoch;
import org.sparkfinetune.train.TrainingState;
import org.sparkfinetune.train.round.AveragingTrainer;

/**
 * Exact parameter averaging for any Deeplearning4j program: takes the place of {@code ParameterAveragingTrainingMaster}
 * in {@link SparkComputationGraph} and {@link SparkDl4jMultiLayer}.
 *
 * <p>An example is one row of a data set; the data sets of an RDD may have any, and different, numbers of rows. Every
 * example is trained exactly once by each {@code fit}, which is one epoch. Their order depends on the seed and the
 * network's epoch count only; the same seed, workers and data give the same bits. Updater state is averaged and kept.
 *
 * <p>A {@code fit} reads the RDD twice, to count and to train; fitting the same RDD object again counts no more. Persist
 * it where it is dear to compute. Its partitions must give the same rows in the same order each time; rows too many or
 * missing are found. Nothing is persisted, broadcast or exported that is not released when {@code fit} returns.
 *
 * <p>Listeners are called on the driver after each averaging, with the averaged network. Training hooks, which run inside
 * of workers, and DL4J's training statistics are refused; {@link Builder#roundListener} hears more than they tell.
 */
public final class ExactParameterAveragingTrainingMaster
        implements TrainingMaster<ParameterAveragingTrainingResult, ParameterAveragingTrainingWorker> {
    private final MasterSettings settings;
    private final LearningRateSchedule schedule;
    private final RoundListener roundListener;

    private List<TrainingListener> listeners = List.of();
    private int countedRdd = -1;
    private DataSetRows counted;

    private ExactParameterAveragingTrainingMaster(
            MasterSettings settings, LearningRateSchedule schedule, RoundListener roundListener) {
        this.settings = settings;
        this.schedule = schedule;
        this.roundListener = roundListener;
    }

    /** A master with the numbers that {@link #toJson} wrote; schedule and listeners are not among them. */
    public static ExactParameterAveragingTrainingMaster fromJson(String json) {
        return new ExactParameterAveragingTrainingMaster(
                MasterSettings.fromJson(json), LearningRateSchedule.CONSTANT, RoundListener.SILENT);
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
                    "network", "truncated back propagation through time updates inside of examples; use Standard");
        }
        if (countedRdd != rddId) {
            counted = DataSetRows.count(data);
            countedRdd = rddId;
        }
        TrainingState before = TrainingState.of(network.trained());
        try (AveragingTrainer<byte[]> trainer =
                new AveragingTrainer<>(network.spark(), network.trained(), settings.plan(), DataSetRow::merge)) {
            ListenedRounds rounds = new ListenedRounds(network, listeners, roundListener);
            TrainedEpoch epoch = trainer.trainEpoch(before, counted.number(data), counted.count(), schedule, rounds);
            // The epoch is counted by the network's Spark wrapper when fit returns.
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
        return settings.toJson();
    }

    /** JSON, which is YAML too. */
    @Override
    public String toYaml() {
        return settings.toJson();
    }

    /** There are none. */
    @Override
    public boolean deleteTempFiles(JavaSparkContext spark) {
        return true;
    }

    /** There are none. */
    @Override
    public boolean deleteTempFiles(SparkContext spark) {
        return true;
    }

    @Override
    public void addHook(TrainingHook hook) {
        throw new UnsupportedOperationException(
                "training hooks are not supported; a listener or Builder.roundListener hears of every averaging");
    }

    @Override
    public void removeHook(TrainingHook hook) {
        throw new UnsupportedOperationException("training hooks are not supported, so there is none to remove");
    }

    @Override
    public void setCollectTrainingStats(boolean collect) {
        if (collect) {
            throw new UnsupportedOperationException(
                    "DL4J's training statistics are not supported; Builder.roundListener hears times, bytes and losses");
        }
    }

    @Override
    public boolean getIsCollectTrainingStats() {
        return false;
    }

    /** Null, as DL4J says for a master that collects none. */
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
                "the exact master ships its rounds itself; DL4J's workers, one a split, are not among its means");
    }

    /** Settings of a master; those with a default are DL4J's. */
    public static final class Builder {
        private final int workers;
        private int batchSizePerWorker = 16;
        private int averagingFrequency = 5;
        private long seed = 42;
        private LearningRateSchedule schedule = LearningRateSchedule.CONSTANT;
        private RoundListener roundListener = RoundListener.SILENT;

        /**
         * @param workers W, parts of a round that are trained side by side, at least 1; part of the result's identity, and as a
         *     rule the number of task threads of the cluster
         */
        public Builder(int workers) {
            this.workers = workers;
        }

        /** Examples in a worker's minibatch, at least 1; 16 when not set. */
        public Builder batchSizePerWorker(int examples) {
            this.batchSizePerWorker = examples;
            return this;
        }

        /** Minibatches that a worker fits between two averagings, at least 1; 5 when not set. */
        public Builder averagingFrequency(int minibatches) {
            this.averagingFrequency = minibatches;
            return this;
        }

        /** Of the order of examples and of dropout; 42 when not set. */
        public Builder seed(long newSeed) {
            this.seed = newSeed;
            return this;
        }

        /** By what the rate of every layer's updater is multiplied; constant when not set. */
        public Builder learningRate(LearningRateSchedule newSchedule) {
            this.schedule = newSchedule;
            return this;
        }

        /** Hears of each round: loss, times, bytes. */
        public Builder roundListener(RoundListener listener) {
            this.roundListener = listener;
            return this;
        }

        /**
         * The master.
         *
         * @throws InvalidRequestException with every setting that is out of its range
         */
        public ExactParameterAveragingTrainingMaster build() {
            return new ExactParameterAveragingTrainingMaster(
                    new MasterSettings(workers, batchSizePerWorker, averagingFrequency, seed), schedule, roundListener);
        }
    }
}
