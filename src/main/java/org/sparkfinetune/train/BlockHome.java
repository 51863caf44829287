package org.sparkfinetune.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * Where blocks lie: in the block manager of an executor, or of the driver in local mode.
 *
 * @param executor Spark's name of it
 * @param host that it serves blocks on
 * @param port that it serves blocks on
 */
record BlockHome(String executor, String host, int port) implements Serializable {
    /** That of this JVM. */
    static BlockHome here() {
        BlockManagerId id = SparkEnv.get().blockManager().blockManagerId();
        return new BlockHome(id.executorId(), id.host(), id.port());
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(executor);
        out.writeUTF(host);
        out.writeInt(port);
    }

    static BlockHome read(DataInputStream in) throws IOException {
        return new BlockHome(in.readUTF(), in.readUTF(), in.readInt());
    }
}
