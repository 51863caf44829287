package org.sparkfinetune.data.dataset;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.picture.PerceptualHash;

/** Names and types of all parts of a dataset. */
public final class DatasetSchema {
    public static final String PATH = "path";
    public static final String IMAGE = "image";
    public static final String WIDTH = "width";
    public static final String HEIGHT = "height";
    public static final String LABEL = "label";
    public static final String LABEL_NAME = "labelName";
    public static final String SHA256 = "sha256";
    public static final String ERROR = "error";
    public static final String ERROR_CLASS = "errorClass";
    public static final String LENGTH = "length";

    public static final String VERSION = "version";
    public static final String SPLIT = "split";
    public static final String GROUP = "group";
    public static final String OUTCOME = "outcome";
    /** See {@link PerceptualHash}. */
    public static final String PERCEPTUAL_HASH = "perceptualHash";

    public static final String MEAN_COLOUR = "meanColour";

    /** Unique number of a file while a dataset is written, without a meaning. */
    public static final String ID = "id";
    /** Bytes of {@link #IMAGE}, only while a dataset is written, so that planning does not read the pictures. */
    public static final String STORED_BYTES = "storedBytes";
    /** The split of the collection; null when the picture is to be assigned. */
    public static final String GIVEN_SPLIT = "givenSplit";
    /** Place of a picture in the order of the dataset. */
    public static final String ORDER_KEY = "orderKey";

    /** Folder of the pictures that could not be used, inside the dataset. */
    public static final String REJECTED = "rejected";

    /** Columns of a picture; label is 0-based, width and height are pixels, sha256 is that of the original file. */
    public static final StructType PICTURES = new StructType()
            .add(PATH, DataTypes.StringType)
            .add(IMAGE, DataTypes.BinaryType)
            .add(WIDTH, DataTypes.IntegerType)
            .add(HEIGHT, DataTypes.IntegerType)
            .add(LABEL, DataTypes.IntegerType)
            .add(LABEL_NAME, DataTypes.StringType)
            .add(SHA256, DataTypes.StringType);

    /** Columns of a rejected picture; length is in bytes, sha256 is null when the file was not read. */
    public static final StructType REJECTS = new StructType()
            .add(PATH, DataTypes.StringType)
            .add(ERROR, DataTypes.StringType)
            .add(ERROR_CLASS, DataTypes.StringType)
            .add(LENGTH, DataTypes.LongType)
            .add(SHA256, DataTypes.StringType);

    /** Columns of {@link PictureCheck}: a picture with the length of its file, or the reason why it is rejected. */
    public static final StructType CHECKED = PICTURES.add(STORED_BYTES, DataTypes.LongType)
            .add(LENGTH, DataTypes.LongType)
            .add(VERSION, DataTypes.LongType)
            .add(GIVEN_SPLIT, DataTypes.StringType)
            .add(GROUP, DataTypes.StringType)
            .add(PERCEPTUAL_HASH, DataTypes.LongType)
            .add(MEAN_COLOUR, DataTypes.IntegerType)
            .add(ERROR, DataTypes.StringType)
            .add(ERROR_CLASS, DataTypes.StringType);

    /** Folder of the ledger inside the dataset. */
    public static final String FILES = "files";

    /**
     * Columns of the ledger, the outcome of every file. {@code outcome} is KEPT, DUPLICATE, or an {@link ErrorClass};
     * split is null unless the picture is kept, label when there is none, sha256 when the file was not read.
     */
    public static final StructType LEDGER = new StructType()
            .add(PATH, DataTypes.StringType)
            .add(LENGTH, DataTypes.LongType)
            .add(VERSION, DataTypes.LongType)
            .add(LABEL, DataTypes.IntegerType)
            .add(LABEL_NAME, DataTypes.StringType)
            .add(GIVEN_SPLIT, DataTypes.StringType)
            .add(GROUP, DataTypes.StringType)
            .add(SHA256, DataTypes.StringType)
            .add(PERCEPTUAL_HASH, DataTypes.LongType)
            .add(MEAN_COLOUR, DataTypes.IntegerType)
            .add(OUTCOME, DataTypes.StringType)
            .add(SPLIT, DataTypes.StringType);

    private DatasetSchema() {}
}
