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

/** One row of a DL4J data set, as the bytes of a data set of that row alone in ND4J's own file format. */
final class DataSetRow {
    private DataSetRow() {}

    /**
     * How many rows a data set has.
     *
     * @throws BadDataException if it has no features or labels, or its arrays are not of one length
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
                            + " in another array; all need as many");
        });
        return rows;
    }

    /** Each row by itself, in their order. */
    static List<byte[]> split(MultiDataSet dataSet) {
        long rows = count(dataSet);
        // ND4J gives wrong parts of some arrays that are parts of others themselves.
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

    /** Rows put together again, in their order. */
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
