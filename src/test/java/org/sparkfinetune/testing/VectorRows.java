package org.sparkfinetune.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of embeddings without pictures. */
public final class VectorRows {
    private static final String MADE_BY =
            "{\"model\":\"file:/run\",\"layer\":\"avgpool\",\"weightsSha256\":\"%s\",\"fingerprint\":\"%s\"}\n";
    private static final String REPORT = "{\"kind\":\"extract\",\"provenance\":{\"fingerprint\":\"%s\"}}\n";

    private VectorRows() {}

    /** Vectors of normally distributed values, named {@code prefix0000}, {@code prefix0001} and so on. */
    public static Map<String, float[]> random(String prefix, int count, int length, long seed) {
        Random random = new Random(seed);
        Map<String, float[]> vectors = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[length];
            for (int j = 0; j < length; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            vectors.put(String.format("%s%04d", prefix, i), vector);
        }
        return vectors;
    }

    /** Path, SHA-256 and vector, the last path first. */
    public static Dataset<Row> table(Map<String, float[]> vectors, String column, int partitions) {
        List<Row> rows = new ArrayList<>();
        vectors.forEach((path, vector) -> rows.add(0, RowFactory.create(path, sha256(path), vector)));
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("sha256", DataTypes.StringType)
                .add(column, DataTypes.createArrayType(DataTypes.FloatType));
        return LocalSpark.session().createDataFrame(LocalSpark.context().parallelize(rows, partitions), schema);
    }

    /** What {@link #table} says is the SHA-256 of a picture. */
    public static String sha256(String path) {
        return "sha256 of " + path;
    }

    /** Writes what an extract job leaves. */
    public static void write(Path folder, Dataset<Row> table, String weights) {
        table.write().mode("overwrite").parquet(folder + "/embeddings");
        try {
            String fingerprint = weights + " " + table.count() + " " + folder.getFileName();
            Files.writeString(folder.resolve("embeddings.json"), MADE_BY.formatted(weights, fingerprint));
            Files.writeString(folder.resolve("report.json"), REPORT.formatted(fingerprint));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
