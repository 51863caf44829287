package org.sparkfinetune.data.source;

/** How a collection of pictures is kept; the values of {@code source.format}. */
public enum InputFormat {
    /** Found out from what is there. */
    AUTO,
    /** {@code root/<class>/…}. */
    CLASS_FOLDERS,
    /** {@code root/{train,val,test}/<class>/…}. */
    SPLIT_FOLDERS,
    /** A folder of pictures without labels. */
    FLAT,
    /** A table with a header line: a path in each row, or several tables in a folder. Tabs when the name ends in .tsv. */
    CSV,
    /** A JSON object a line. */
    JSONL,
    /** A table of paths or of bytes; those that Spark's {@code binaryFile} and {@code image} readers give are two of them. */
    PARQUET,
    /** Hugging Face: {@code metadata.csv|jsonl|parquet} beside the pictures, or in each folder of a split. */
    IMAGEFOLDER,
    /** Tar files of samples: {@code KEY.jpg} with {@code KEY.cls} or {@code KEY.json}. */
    WEBDATASET;

    /** How the names of the tables of {@link #IMAGEFOLDER} begin. */
    static final String METADATA = "metadata.";
}
