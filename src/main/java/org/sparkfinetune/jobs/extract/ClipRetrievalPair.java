package org.sparkfinetune.jobs.extract;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.sparkfinetune.features.NumpyMatrix;
import org.sparkfinetune.features.VectorType;
import org.sparkfinetune.storage.HadoopFiles;

/**
 * Writes the rows of one file of a table as a pair of files, see {@link ClipRetrieval}. A row has file name, embedding
 * and the struct of the metadata.
 *
 * @param metadata writer of the Parquet file
 * @param type type of the embedding
 * @param counts number of rows of each file of the table, by name
 * @param folder folder of the pairs
 * @param unfinished folder for incomplete files
 */
record ClipRetrievalPair(
        ParquetOutput metadata, VectorType type, Map<String, Long> counts, String folder, String unfinished)
        implements VoidFunction<Iterator<InternalRow>> {
    /** Folder of the matrices. */
    static final String ARRAYS = "img_emb";
    /** Folder of the metadata of their rows. */
    static final String METADATA = "metadata";

    private static final long serialVersionUID = 1L;

    /** Name of the matrix of a file of the table. */
    static String array(String part) {
        return ARRAYS + "_" + number(part) + ".npy";
    }

    private static String number(String part) {
        return part.replaceAll("\\D", "");
    }

    @Override
    public void call(Iterator<InternalRow> rows) throws IOException {
        if (!rows.hasNext()) {
            return;
        }
        HadoopFiles files = HadoopFiles.of(new Path(folder), metadata.configuration());
        Path own = new Path(unfinished, UUID.randomUUID().toString());
        Path matrix = new Path(own, "matrix.npy");
        Path beside = new Path(own, "metadata.parquet");
        try {
            String part = write(files.fileSystem(), matrix, beside, rows);
            files.publishOnce(beside, new Path(new Path(folder, METADATA), METADATA + "_" + number(part) + ".parquet"));
            files.publishOnce(matrix, new Path(new Path(folder, ARRAYS), array(part)));
        } finally {
            files.delete(own);
        }
    }

    /** Writes both files; returns the name of the file of the table. */
    private String write(FileSystem files, Path matrix, Path beside, Iterator<InternalRow> rows) throws IOException {
        files.mkdirs(matrix.getParent());
        OutputWriter writer = metadata.open(beside);
        try (Closeable end = writer::close;
                OutputStream out = files.create(matrix)) {
            String part = null;
            long written = 0;
            for (; rows.hasNext(); written++) {
                InternalRow row = rows.next();
                byte[] values = type.littleEndian(row, 1);
                if (part == null) {
                    part = row.getString(0);
                    out.write(new NumpyMatrix(type.numpyName(), counts.get(part), values.length / type.numpyBytes())
                            .header());
                }
                out.write(values);
                writer.write(row.getStruct(2, metadata.schema().size()));
            }
            if (written != counts.get(part)) {
                throw new IllegalStateException(written + " of " + counts.get(part) + " rows came of " + part);
            }
            return part;
        }
    }
}
