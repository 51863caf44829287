package org.sparkfinetune.jobs.extract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

/**
 * A pair of files of clip-retrieval, read as NumPy and embedding-reader do.
 *
 * @param header of the matrix, without padding
 * @param values of the matrix
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NumpyPair(String header, byte[] values, Dataset<Row> metadata) {
    private static final int BEFORE_HEADER = 10;

    static NumpyPair of(Path output, int number) {
        Path folder = output.resolve("clip-retrieval");
        try {
            byte[] file = Files.readAllBytes(folder.resolve("img_emb/img_emb_0000" + number + ".npy"));
            if (!new String(file, 0, 8, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY\u0001\0")) {
                throw new IllegalStateException("no magic number");
            }
            int end = BEFORE_HEADER
                    + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getShort(8);
            if (end % 64 != 0 || file[end - 1] != '\n') {
                throw new IllegalStateException("a header that ends at " + end);
            }
            return new NumpyPair(
                    new String(file, BEFORE_HEADER, end - BEFORE_HEADER, StandardCharsets.US_ASCII).strip(),
                    Arrays.copyOfRange(file, end, file.length),
                    LocalSpark.session()
                            .read()
                            .parquet(folder.resolve("metadata/metadata_0000" + number + ".parquet")
                                    .toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a matrix of floats. */
    List<List<Float>> rows() {
        ByteBuffer floats = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
        List<List<Float>> rows = new ArrayList<>();
        while (floats.hasRemaining()) {
            List<Float> row = new ArrayList<>();
            for (int i = 0; i < SmallRun.SIZE; i++) {
                row.add(floats.getFloat());
            }
            rows.add(row);
        }
        return rows;
    }
}
