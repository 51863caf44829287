package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Opens files of file systems that need Hadoop, such as {@code hdfs:}, which this package does not know. */
@FunctionalInterface
public interface RemoteFiles {
    /**
     * Opens a file.
     *
     * @throws IOException when it does not exist, or its file system cannot be reached
     */
    InputStream open(URI address) throws IOException;
}
