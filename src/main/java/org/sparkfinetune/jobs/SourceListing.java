package org.sparkfinetune.jobs;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkfinetune.data.ClassFolders;
import org.sparkfinetune.data.PictureFile;

/**
 * The files of class folders as they are now, listed once.
 *
 * @param files kept by Spark until this is closed
 * @param hadoop settings for tasks that read the files
 */
record SourceListing(JavaRDD<PictureFile> files, Broadcast<SerializableConfiguration> hadoop) implements AutoCloseable {
    static SourceListing of(ClassFolders folders, JavaSparkContext spark) {
        Broadcast<SerializableConfiguration> hadoop =
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        return new SourceListing(folders.pictures(spark, hadoop).persist(StorageLevel.MEMORY_AND_DISK_SER()), hadoop);
    }

    /** Changes when a file is added, removed or written anew. */
    String fingerprint() {
        return PictureFile.fingerprint(files);
    }

    @Override
    public void close() {
        files.unpersist(false);
        hadoop.unpersist();
    }
}
