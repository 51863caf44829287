package org.sparkfinetune.data.source;

/** The format of a collection of pictures; the values of {@code source.format}. */
public enum InputFormat {
    /** Detected from the files. */
    AUTO,
    /** {@code root/<class>/…}. */
    CLASS_FOLDERS,
    /** {@code root/{train,val,test}/<class>/…}. */
    SPLIT_FOLDERS,
    /** A folder of pictures without labels. */
    FLAT,
    /**
     * A table with a header line and a path in each row, or several tables in a folder. Tabs when the name ends in
     * .tsv.
     */
    CSV,
    /** One JSON object per line. */
    JSONL,
    /** A table of paths or of bytes, such as those of Spark's {@code binaryFile} and {@code image} readers. */
    PARQUET,
    /** Hugging Face: {@code metadata.csv|jsonl|parquet} beside the pictures, or in each folder of a split. */
    IMAGEFOLDER,
    /** Tar files of samples: {@code KEY.jpg} with {@code KEY.cls} or {@code KEY.json}. */
    WEBDATASET;

    /** Begin of the names of the tables of {@link #IMAGEFOLDER}. */
    static final String METADATA = "metadata.";
}
