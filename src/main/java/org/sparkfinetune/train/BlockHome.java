package org.sparkfinetune.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.shuffle.ExecutorDiskUtils;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;

/**
 * Where blocks lie: in the local folders of an executor, or of the driver in local mode.
 *
 * @param executor Spark's name of it
 * @param host that it serves blocks on
 * @param port that it serves blocks on
 * @param folders of its files
 * @param subfolders that Spark makes in each of them
 */
record BlockHome(String executor, String host, int port, ArrayList<String> folders, int subfolders)
        implements Serializable {
    /** That of this JVM. */
    static BlockHome here() {
        BlockManager blocks = SparkEnv.get().blockManager();
        BlockManagerId id = blocks.blockManagerId();
        return new BlockHome(
                id.executorId(),
                id.host(),
                id.port(),
                new ArrayList<>(List.of(blocks.getLocalDiskDirs())),
                blocks.diskBlockManager().subDirsPerLocalDir());
    }

    /** The file of a block, as a process on the same host sees it. */
    Path file(String block) {
        return Path.of(ExecutorDiskUtils.getFilePath(folders.toArray(String[]::new), subfolders, block));
    }

    void write(DataOutputStream out) throws IOException {
        out.writeUTF(executor);
        out.writeUTF(host);
        out.writeInt(port);
        out.writeInt(folders.size());
        for (String folder : folders) {
            out.writeUTF(folder);
        }
        out.writeInt(subfolders);
    }

    static BlockHome read(DataInputStream in) throws IOException {
        String executor = in.readUTF();
        String host = in.readUTF();
        int port = in.readInt();
        ArrayList<String> folders = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            folders.add(in.readUTF());
        }
        return new BlockHome(executor, host, port, folders, in.readInt());
    }
}
