package org.sparkfinetune.train.dl4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.StreamSupport;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.data.loader.RemoteFileSource;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Loads data sets from paths, with one of DL4J's two kinds of loaders. */
final class LoadedDataSets implements FlatMapFunction<Iterator<String>, MultiDataSet> {
    private static final long serialVersionUID = 1L;
    private static final int BUFFER_BYTES = 1 << 20;

    private final SerializableConfiguration hadoop;
    private final DataSetLoader dataSets;
    private final MultiDataSetLoader multiDataSets;

    /**
     * @param dataSets loader of data sets; null if the paths are multi data sets
     * @param multiDataSets loader of multi data sets; null if the paths are data sets
     */
    LoadedDataSets(SparkContext spark, DataSetLoader dataSets, MultiDataSetLoader multiDataSets) {
        this.hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        this.dataSets = dataSets;
        this.multiDataSets = multiDataSets;
    }

    @Override
    public Iterator<MultiDataSet> call(Iterator<String> paths) {
        return StreamSupport.stream(((Iterable<String>) () -> paths).spliterator(), false)
                .map(this::load)
                .iterator();
    }

    private MultiDataSet load(String path) {
        try {
            FileSystem files = new Path(path).getFileSystem(hadoop.value());
            Source source = new RemoteFileSource(path, files, BUFFER_BYTES);
            return dataSets == null
                    ? multiDataSets.load(source)
                    : dataSets.load(source).toMultiDataSet();
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be loaded: " + e.getMessage(), e);
        }
    }
}
