package org.sparkfinetune.features.similar;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.storage.ByPartitionNumber;
import scala.Tuple2;

/** A table of vectors in blocks, one per partition, on the disks of the executors until closed. */
public final class VectorTable implements AutoCloseable {
    /** Number of a picture in {@link #PICTURES}. */
    public static final String PICTURE = "picture";

    /** Pictures are numbered from 0 in the order of their paths. */
    public static final StructType PICTURES = new StructType()
            .add(PICTURE, DataTypes.IntegerType)
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType);

    /** A pair of blocks of 4,096 vectors of 2,048 values takes some seconds to compare, and 64 MiB to fetch. */
    private static final int MOST_ROWS = 4096;

    private static final int MOST_BYTES = 32 << 20;

    private final int pictures;
    private final JavaRDD<VectorBlock> blocks;

    private VectorTable(int pictures, JavaRDD<VectorBlock> blocks) {
        this.pictures = pictures;
        this.blocks = blocks;
    }

    /**
     * Reads a table.
     *
     * @param vectors from {@link VectorColumn#vectors}
     * @param facts about these vectors
     * @param done counts pictures
     */
    public static VectorTable of(Dataset<Row> vectors, VectorFacts facts, LongAccumulator done) {
        return of(vectors, facts, blockRows(facts.length()), done);
    }

    /** @param blockRows number of vectors in a block; does not change the result */
    static VectorTable of(Dataset<Row> vectors, VectorFacts facts, int blockRows, LongAccumulator done) {
        int count = (facts.pictures() + blockRows - 1) / blockRows;
        JavaPairRDD<Integer, PictureVector> numbered = vectors.orderBy(DatasetSchema.PATH)
                .toJavaRDD()
                .map(PictureVector::of)
                .zipWithIndex()
                .mapToPair(pair -> new Tuple2<>(pair._2().intValue(), pair._1()));
        JavaRDD<VectorBlock> blocks = numbered.repartitionAndSortWithinPartitions(
                        new ByPartitionNumber<Integer>(count, number -> number / blockRows))
                .mapPartitionsWithIndex((number, rows) -> block(number, rows, done), true)
                .persist(StorageLevel.DISK_ONLY());
        VectorTable table = new VectorTable(facts.pictures(), blocks);
        blocks.count();
        return table;
    }

    /** Returns the number of vectors that gives a block of bounded size, whatever the length of a vector. */
    static int blockRows(int length) {
        return Math.max(1, Math.min(MOST_ROWS, MOST_BYTES / (length * Float.BYTES)));
    }

    /** Number of pictures. */
    public int count() {
        return pictures;
    }

    /** Returns rows of {@link #PICTURES}. */
    public JavaRDD<Row> pictures() {
        return blocks.flatMap(block -> block.pictures().iterator());
    }

    JavaRDD<VectorBlock> blocks() {
        return blocks;
    }

    @Override
    public void close() {
        blocks.unpersist(false);
    }

    private static Iterator<VectorBlock> block(
            int number, Iterator<Tuple2<Integer, PictureVector>> rows, LongAccumulator done) {
        List<PictureVector> pictures = new ArrayList<>();
        int first = 0;
        while (rows.hasNext()) {
            Tuple2<Integer, PictureVector> row = rows.next();
            first = pictures.isEmpty() ? row._1() : first;
            pictures.add(row._2());
        }
        done.add(pictures.size());
        return List.of(VectorBlock.of(number, first, pictures)).iterator();
    }
}
