package org.sparkfinetune.train.average;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.sparkfinetune.train.blocks.BlockHome;

/**
 * What the task of an owner of chunks answers.
 *
 * @param home of its averages
 * @param spread of the workers in its chunks
 * @param lost what it did not find of the workers' pieces; empty when it found all
 */
public record OwnerAnswer(BlockHome home, ChunkSpread spread, String lost) implements Encoded {
    @Override
    public void write(DataOutputStream out) throws IOException {
        home.write(out);
        spread.write(out);
        out.writeUTF(lost);
    }

    public static OwnerAnswer read(DataInputStream in) throws IOException {
        return new OwnerAnswer(BlockHome.read(in), ChunkSpread.read(in), in.readUTF());
    }
}
