package org.sparkfinetune.train.round;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.sparkfinetune.train.WorkerReport;
import org.sparkfinetune.train.average.Encoded;
import org.sparkfinetune.train.blocks.BlockHome;

/**
 * What the task of a worker answers.
 *
 * @param report of the worker
 * @param home of its pieces
 * @param lost what it did not find of the state to start from; empty when it found all
 */
record WorkerAnswer(WorkerReport report, BlockHome home, String lost) implements Encoded {
    @Override
    public void write(DataOutputStream out) throws IOException {
        report.write(out);
        home.write(out);
        out.writeUTF(lost);
    }

    static WorkerAnswer read(DataInputStream in) throws IOException {
        return new WorkerAnswer(WorkerReport.read(in), BlockHome.read(in), in.readUTF());
    }
}
