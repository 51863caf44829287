package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.testing.LocalSpark;
import scala.Tuple2;

/** Examples for tests: the index, some features around a center of their class, the class. */
public final class Points {
    public static final int FEATURES = 6;
    public static final int CLASSES = 3;

    private Points() {}

    /** Example {@code index}, the same every time: index, features, class. */
    public static float[] example(long index) {
        Random random = new Random(977 * index + 13);
        float[] example = new float[FEATURES + 2];
        int label = (int) (index % CLASSES);
        example[0] = index;
        for (int i = 1; i <= FEATURES; i++) {
            example[i] = (float) (random.nextGaussian() + (i % CLASSES == label ? 1.5 : 0));
        }
        example[FEATURES + 1] = label;
        return example;
    }

    /** Examples 0..n-1 with their indices, in order. */
    public static JavaPairRDD<Long, float[]> rdd(long n, int partitions) {
        return rdd(LocalSpark.context(), n, partitions);
    }

    public static JavaPairRDD<Long, float[]> rdd(JavaSparkContext spark, long n, int partitions) {
        List<Tuple2<Long, float[]>> examples = new ArrayList<>();
        for (long i = 0; i < n; i++) {
            examples.add(new Tuple2<>(i, example(i)));
        }
        return spark.parallelizePairs(examples, partitions);
    }

    /** The same in a random order. */
    public static JavaPairRDD<Long, float[]> shuffledRdd(long n, int partitions) {
        List<Tuple2<Long, float[]>> examples = new ArrayList<>();
        for (long i = 0; i < n; i++) {
            examples.add(new Tuple2<>(i, example(i)));
        }
        Collections.shuffle(examples, new Random(5));
        return LocalSpark.context().parallelizePairs(examples, partitions);
    }

    public static MultiDataSet batch(List<float[]> examples) {
        float[][] features = new float[examples.size()][];
        float[][] labels = new float[examples.size()][CLASSES];
        for (int i = 0; i < features.length; i++) {
            float[] example = examples.get(i);
            features[i] = java.util.Arrays.copyOfRange(example, 1, FEATURES + 1);
            labels[i][(int) example[FEATURES + 1]] = 1;
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {Nd4j.createFromArray(features)}, new INDArray[] {Nd4j.createFromArray(labels)});
    }

    public static List<float[]> inOrder(EpochOrder order, long from, long to) {
        List<float[]> examples = new ArrayList<>();
        for (long position = from; position < to; position++) {
            examples.add(example(order.exampleAt(position)));
        }
        return examples;
    }
}
