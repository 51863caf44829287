package org.sparkfinetune.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.train.DataSets;
import scala.Tuple2;

@Tag("spark")
class DataSetRowsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everyRowOfEveryDataSetIsOneExampleWithItsOwnNumber(int partitions) {
        JavaRDD<org.nd4j.linalg.dataset.api.MultiDataSet> sets =
                DataSets.rdd(partitions, 3, 1, 10, 1, 1, 25, 2).map(set -> set.toMultiDataSet());
        DataSetRows rows = DataSetRows.count(sets);
        List<Tuple2<Long, byte[]>> numbered = rows.number(sets).collect();
        assertThat(rows.count()).isEqualTo(43);
        assertThat(numbered)
                .extracting(Tuple2::_1)
                .containsExactlyElementsOf(LongStream.range(0, 43).boxed().toList());
        org.nd4j.linalg.dataset.api.MultiDataSet merged =
                DataSetRow.merge(numbered.stream().map(Tuple2::_2).toList());
        assertThat(merged.getFeatures(0)).isEqualTo(DataSets.of(0, 43).getFeatures());
        assertThat(merged.getLabels(0)).isEqualTo(DataSets.of(0, 43).getLabels());
    }

    @Test
    void everyArrayIsSplitMasksIncludedAndMergedAgain() {
        MultiDataSet set = new MultiDataSet(
                new INDArray[] {values(5, 3, 2, 2), values(5, 4, 7)},
                new INDArray[] {values(5, 2), values(5, 3, 7)},
                new INDArray[] {null, values(5, 7).gt(30).castTo(DataType.FLOAT)},
                new INDArray[] {null, values(5, 7).gt(20).castTo(DataType.FLOAT)});
        assertThat(DataSetRow.merge(DataSetRow.split(set))).isEqualTo(set);
        assertThat(DataSetRow.split(set)).hasSize(5);
    }

    /** ND4J returns an empty array for some views of views. */
    @Test
    void partsOfLargerArraysAreSplitToo() {
        INDArray large = values(40, 12);
        for (int from = 0; from < 30; from += 7) {
            INDArray part = large.get(NDArrayIndex.interval(from, from + 9), NDArrayIndex.interval(2, 11));
            MultiDataSet set = new MultiDataSet(part, part);
            assertThat(DataSetRow.merge(DataSetRow.split(set)).getFeatures(0)).isEqualTo(part.dup());
        }
    }

    @Test
    void dataSetsThatAreNotWellFormedAreRefused() {
        assertThatThrownBy(() -> DataSetRow.count(new MultiDataSet(values(4, 2), values(3, 2))))
                .isInstanceOf(BadDataException.class)
                .hasMessage("training data: a data set has 4 rows in its first features and 3 in another array;"
                        + " all arrays need the same number");
        assertThatThrownBy(() -> DataSetRow.count(new MultiDataSet(new INDArray[] {values(4, 2)}, null)))
                .hasMessage("training data: a data set has no features or no labels; both are needed");
        assertThatThrownBy(() -> DataSetRows.count(LocalSpark.context().emptyRDD()))
                .isInstanceOf(BadDataException.class)
                .hasMessage("training data: it contains no examples");
        assertThatThrownBy(() -> DataSetRows.count(LocalSpark.context()
                        .parallelize(List.of(0), 1)
                        .map(i -> new MultiDataSet(values(4, 2), values(3, 2)))))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith("training data: a data set has 4 rows");
    }

    private static INDArray values(long... shape) {
        return Nd4j.arange(LongStream.of(shape).reduce(1, (a, b) -> a * b))
                .castTo(DataType.FLOAT)
                .reshape(shape);
    }
}
