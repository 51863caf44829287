package org.sparkfinetune.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorCoresTest {
    private static final int PROCESSORS = 8;

    /** Simultaneous tasks plus the threads of the pool, one fewer than the engine's, equal the cores. */
    @ParameterizedTest
    @CsvSource({
        "local, 1, 8",
        "local[2], 1, 7",
        "local[*], 1, 1",
        "'local[4,2]', 1, 5",
        "'local[*,3]', 1, 1",
        "local[16], 1, 1",
        "local[*], 4, 7"
    })
    void inLocalModeTasksAndPoolFillTheMachine(String master, int cpusPerTask, int threads) {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", master)
                .set("spark.task.cpus", String.valueOf(cpusPerTask))
                // Meaningless in local mode, as in Spark itself.
                .set("spark.executor.cores", "3");
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofSharedEngine()).isEqualTo(threads);
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 1", "4, 2, 3", "4, 4, 4", "4, 3, 4"})
    void onAClusterTasksAndPoolFillTheExecutor(int coresOfExecutor, int cpusPerTask, int threads) {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", "local-cluster[2,4,1024]")
                .set("spark.executor.cores", String.valueOf(coresOfExecutor))
                .set("spark.task.cpus", String.valueOf(cpusPerTask));
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofSharedEngine()).isEqualTo(threads);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 7"})
    void anExecutorOfUnknownSizeHasTheWholeMachine(int cpusPerTask, int threads) {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", "spark://host:7077")
                .set("spark.task.cpus", String.valueOf(cpusPerTask));
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofSharedEngine()).isEqualTo(threads);
    }

    /** Simultaneous tasks times their native threads equal the cores, or a task has one thread. */
    @ParameterizedTest
    @CsvSource({
        // master, workers, threads of each
        "local, 4, 8",
        "local[*], 1, 8",
        "local[*], 2, 4",
        "local[*], 3, 2",
        "local[2], 16, 4",
        "local[16], 16, 1",
        "'local[4,2]', 16, 2"
    })
    void inLocalModeTheTasksOfAStageFillTheMachine(String master, int tasksOfStage, int threads) {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", master)
                // Meaningless in local mode, as in Spark itself.
                .set("spark.executor.instances", "4");
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofEachTask(tasksOfStage)).isEqualTo(threads);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 1", "2, 4, 2", "4, 4, 4", "4, 5, 2", "4, 100, 1", "2, 1, 4"})
    void onAClusterTheTasksOfAStageAreSpreadOverTheExecutors(int executors, int tasksOfStage, int threads) {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", "yarn")
                .set("spark.executor.instances", String.valueOf(executors))
                .set("spark.executor.cores", "4");
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofEachTask(tasksOfStage)).isEqualTo(threads);
    }

    @ParameterizedTest
    @CsvSource({"local[*], 1, 1", "local[2], 1, 4", "local, 1, 8", "local[*], 4, 4", "local[16], 1, 1"})
    void tasksThatFillAnExecutorShareItsCores(String master, int cpusPerTask, int threads) {
        SparkConf conf =
                new SparkConf(false).set("spark.master", master).set("spark.task.cpus", String.valueOf(cpusPerTask));
        assertThat(ExecutorCores.of(conf, PROCESSORS).ofTask()).isEqualTo(threads);
    }

    @Test
    void theChoiceIsTold() {
        ExecutorCores cores = new ExecutorCores(8, 4, 1);
        String rest = " on 8 cores; each task decodes the next batch meanwhile, OpenCV on 1 thread";
        assertThat(EngineThreads.line(EngineSpec.Kind.ONNX, cores))
                .isEqualTo("pictures: 4 tasks x 1 thread and 4 shared threads of ONNX Runtime" + rest);
        assertThat(EngineThreads.line(EngineSpec.Kind.DL4J, cores))
                .isEqualTo("pictures: 4 tasks x 2 native threads of Deeplearning4j" + rest);
        assertThat(EngineThreads.line(EngineSpec.Kind.PIXELS, cores)).isEqualTo("pictures: 4 tasks x 1 thread" + rest);
    }
}
