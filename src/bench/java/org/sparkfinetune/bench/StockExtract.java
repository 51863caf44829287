package org.sparkfinetune.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.input.PortableDataStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.image.loader.NativeImageLoader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.VGG16ImagePreProcessor;
import org.nd4j.linalg.factory.Nd4j;
import scala.Tuple2;

/**
 * Embeddings as Deeplearning4j's documentation has them made, with none of our classes: {@code binaryFiles}, {@link
 * NativeImageLoader}, a {@link ComputationGraph} for each task, Parquet. Networks are loaded before the clock starts.
 */
public final class StockExtract {
    private static final int SIDE = 224;
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false));

    /** One a task at a time: threads that share a graph get each other's results. */
    private static final Queue<ComputationGraph> NETWORKS = new ConcurrentLinkedQueue<>();

    private StockExtract() {}

    /**
     * @param arguments folder of class folders, network's zip, pictures in a batch, Parquet to write, file for the
     * figures
     */
    public static void main(String[] arguments) throws IOException {
        String zip = arguments[1];
        int batch = Integer.parseInt(arguments[2]);
        try (SparkSession spark = SparkSession.builder().appName("stock").getOrCreate();
                JavaSparkContext context = new JavaSparkContext(spark.sparkContext())) {
            int tasks = context.defaultParallelism();
            List<Tuple2<String, PortableDataStream>> some =
                    context.binaryFiles(arguments[0] + "/*", tasks).take(batch);
            context.parallelize(new ArrayList<>(Collections.nCopies(tasks, 0)), tasks)
                    .foreachPartition(nothing -> warmUp(zip, some));
            long start = System.nanoTime();
            JavaRDD<Row> rows = context.binaryFiles(arguments[0] + "/*", tasks)
                    .mapPartitions(files -> embeddings(files, zip, batch));
            spark.createDataFrame(rows, SCHEMA).write().mode(SaveMode.Overwrite).parquet(arguments[3]);
            double seconds = (System.nanoTime() - start) / 1e9;
            long pictures = spark.read().parquet(arguments[3]).count();
            Files.writeString(Path.of(arguments[4]), pictures + " " + seconds + "\n");
        }
    }

    /** [n, channels, 1, 1] as [n, channels]. */
    private static INDArray flat(INDArray output) {
        return output.reshape(output.size(0), output.length() / output.size(0));
    }

    private static void warmUp(String zip, List<Tuple2<String, PortableDataStream>> pictures) throws IOException {
        embeddings(pictures.iterator(), zip, pictures.size());
    }

    private static Iterator<Row> embeddings(Iterator<Tuple2<String, PortableDataStream>> files, String zip, int batch)
            throws IOException {
        ComputationGraph pooled = NETWORKS.poll();
        ComputationGraph network = pooled == null ? ComputationGraph.load(new File(zip), false) : pooled;
        NativeImageLoader loader = new NativeImageLoader(SIDE, SIDE, 3);
        VGG16ImagePreProcessor scaler = new VGG16ImagePreProcessor();
        List<Row> rows = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        List<INDArray> pictures = new ArrayList<>();
        while (files.hasNext()) {
            Tuple2<String, PortableDataStream> file = files.next();
            paths.add(file._1());
            try (InputStream in = file._2().open()) {
                INDArray picture = loader.asMatrix(in);
                scaler.transform(picture);
                pictures.add(picture);
            }
            if (pictures.size() == batch || !files.hasNext()) {
                INDArray output = flat(network.outputSingle(Nd4j.concat(0, pictures.toArray(INDArray[]::new))));
                for (int i = 0; i < paths.size(); i++) {
                    float[] embedding = output.getRow(i).toFloatVector();
                    rows.add(RowFactory.create(paths.get(i), embedding));
                }
                paths.clear();
                pictures.clear();
            }
        }
        NETWORKS.add(network);
        return rows.iterator();
    }
}
