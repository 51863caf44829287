package org.sparkfinetune.train.blocks;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * The location of the blocks of a task.
 *
 * @param executor Spark's name of the executor, or of the driver in local mode
 * @param host host of the executor's block manager
 * @param port port of the executor's block manager
 * @param file file with all blocks, in the memory of the host; empty if Spark's block manager has them
 */
public record BlockHome(String executor, String host, int port, String file) implements Serializable {
    /** A location in this JVM. */
    public static BlockHome here(String file) {
        BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
        return new BlockHome(id.executorId(), id.host(), id.port(), file);
    }

    public void write(DataOutputStream out) throws IOException {
        out.writeUTF(executor);
        out.writeUTF(host);
        out.writeInt(port);
        out.writeUTF(file);
    }

    public static BlockHome read(DataInputStream in) throws IOException {
        return new BlockHome(in.readUTF(), in.readUTF(), in.readInt(), in.readUTF());
    }
}
