package org.sparkfinetune.train.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.sparkfinetune.check.BadDataException;

/** One row of a DL4J data set: the bytes, in ND4J's file format, of a data set with this row only. */
final class DataSetRow {
    private DataSetRow() {}

    /**
     * Number of rows of a data set.
     *
     * @throws BadDataException if it has no features or labels, or its arrays differ in length
     */
    static long count(MultiDataSet dataSet) {
        if (isEmpty(dataSet.getFeatures()) || isEmpty(dataSet.getLabels())) {
            throw new BadDataException("training data", "a data set has no features or no labels; both are needed");
        }
        long rows = dataSet.getFeatures(0).size(0);
        arrays(dataSet).filter(array -> array.size(0) != rows).findAny().ifPresent(array -> {
            throw new BadDataException(
                    "training data",
                    "a data set has " + rows + " rows in its first features and " + array.size(0)
                            + " in another array; all arrays need the same number");
        });
        return rows;
    }

    /** Splits a data set into its rows, in their order. */
    static List<byte[]> split(MultiDataSet dataSet) {
        long rows = count(dataSet);
        // ND4J splits some views of other arrays wrongly.
        MultiDataSet whole = new org.nd4j.linalg.dataset.MultiDataSet(
                copies(dataSet.getFeatures()),
                copies(dataSet.getLabels()),
                copies(dataSet.getFeaturesMaskArrays()),
                copies(dataSet.getLabelsMaskArrays()));
        List<byte[]> split = new ArrayList<>();
        if (rows > 0) {
            for (MultiDataSet row : whole.asList()) {
                split.add(toBytes(row));
            }
        }
        return split;
    }

    /** Merges rows into a data set, in their order. */
    static MultiDataSet merge(List<byte[]> rows) {
        return org.nd4j.linalg.dataset.MultiDataSet.merge(
                rows.stream().map(DataSetRow::read).toList());
    }

    private static byte[] toBytes(MultiDataSet row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            row.save(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static MultiDataSet read(byte[] bytes) {
        MultiDataSet row = new org.nd4j.linalg.dataset.MultiDataSet();
        try {
            row.load(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return row;
    }

    private static boolean isEmpty(INDArray[] arrays) {
        return arrays == null || arrays.length == 0 || arrays[0] == null;
    }

    private static Stream<INDArray> arrays(MultiDataSet dataSet) {
        return Stream.of(
                        dataSet.getFeatures(),
                        dataSet.getLabels(),
                        dataSet.getFeaturesMaskArrays(),
                        dataSet.getLabelsMaskArrays())
                .filter(arrays -> arrays != null)
                .flatMap(Stream::of)
                .filter(array -> array != null);
    }

    private static INDArray[] copies(INDArray[] arrays) {
        if (arrays == null) {
            return null;
        }
        INDArray[] copies = new INDArray[arrays.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = arrays[i] == null ? null : arrays[i].dup();
        }
        return copies;
    }
}
