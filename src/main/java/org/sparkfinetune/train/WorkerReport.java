package org.sparkfinetune.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

/**
 * What a worker did in a round, beside the parameters that it sends.
 *
 * @param worker 0-based
 * @param fit what it fitted
 * @param bytesSent parameters and updater state, without what Spark adds
 * @param fitting part of {@code took}: reading and training the examples of the slice, without start and sending
 * @param took from the start of its task to the last of its pieces
 */
public record WorkerReport(int worker, SliceFit fit, long bytesSent, Duration fitting, Duration took) {
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(worker);
        out.writeLong(fit.examples());
        out.writeDouble(fit.lossSum());
        out.writeLong(fit.hits());
        out.writeInt(fit.iterations());
        out.writeUTF(fit.end().name());
        out.writeDouble(fit.lastScore());
        out.writeUTF(fit.detail());
        out.writeUTF(fit.layerByLayer());
        out.writeLong(bytesSent);
        out.writeLong(fitting.toNanos());
        out.writeLong(took.toNanos());
    }

    public static WorkerReport read(DataInputStream in) throws IOException {
        int worker = in.readInt();
        SliceFit fit = new SliceFit(
                in.readLong(),
                in.readDouble(),
                in.readLong(),
                in.readInt(),
                SliceFit.End.valueOf(in.readUTF()),
                in.readDouble(),
                in.readUTF(),
                in.readUTF());
        return new WorkerReport(
                worker, fit, in.readLong(), Duration.ofNanos(in.readLong()), Duration.ofNanos(in.readLong()));
    }
}
