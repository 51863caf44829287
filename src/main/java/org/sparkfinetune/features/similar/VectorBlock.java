package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Pictures that are consecutive in the order of their paths, with their vectors.
 *
 * @param number of the block, 0-based
 * @param first number of its first picture; pictures are numbered from 0 in the order of their paths
 * @param paths one for each picture
 * @param sha256s one for each picture
 * @param values all vectors as little-endian floats: Java serializes a byte array much faster than a float array
 */
record VectorBlock(int number, int first, List<String> paths, List<String> sha256s, byte[] values)
        implements Serializable {

    /** @param pictures at least one, with vectors of the same length */
    static VectorBlock of(int number, int first, List<PictureVector> pictures) {
        int length = pictures.get(0).values().length;
        ByteBuffer values =
                ByteBuffer.allocate(pictures.size() * length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        List<String> paths = new ArrayList<>();
        List<String> sha256s = new ArrayList<>();
        for (PictureVector picture : pictures) {
            for (float value : picture.values()) {
                values.putFloat(value);
            }
            paths.add(picture.path());
            sha256s.add(picture.sha256());
        }
        return new VectorBlock(number, first, paths, sha256s, values.array());
    }

    int rows() {
        return paths.size();
    }

    Vectors vectors() {
        float[] floats = new float[values.length / Float.BYTES];
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return new Vectors(floats.length / rows(), floats);
    }

    /** Returns rows of {@link VectorTable#PICTURES}. */
    List<Row> pictures() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < rows(); i++) {
            rows.add(RowFactory.create(first + i, paths.get(i), sha256s.get(i)));
        }
        return rows;
    }
}
