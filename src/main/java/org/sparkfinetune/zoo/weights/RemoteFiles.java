package org.sparkfinetune.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Opens files of file systems that this package does not know, such as {@code hdfs:}; given by whoever knows Hadoop. */
@FunctionalInterface
public interface RemoteFiles {
    /**
     * Opens a file.
     *
     * @throws IOException when there is none, or its file system cannot be reached
     */
    InputStream open(URI address) throws IOException;
}
