package org.sparkfinetune.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

/**
 * The report of a worker about a round.
 *
 * @param worker number of the worker, 0-based
 * @param fit result of fitting its slice
 * @param bytesSent bytes of parameters and updater state, without overhead of Spark
 * @param fitting time of reading and training the examples of the slice; part of {@code took}
 * @param took time from the start of the task until its vector was written
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
