package org.sparkfinetune.jobs.model;

import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.inference.engine.ExportComparison;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;

/** Writes an ONNX file and compares it with its network before it is published. */
public final class CheckedOnnx {
    /** Greatest difference, relative to the largest value of an output; larger than rounding errors. */
    static final double TOLERANCE = 1e-4;

    private CheckedOnnx() {}

    /**
     * Exports, compares, copies.
     *
     * @param target path in a folder that is not published yet
     * @return description of the comparison
     * @throws org.sparkfinetune.check.InvalidRequestException when a vertex cannot be expressed in ONNX
     * @throws IllegalStateException when the file gives different results from the network; then nothing is written
     */
    public static String write(HadoopFiles files, Path target, ComputationGraph network, OnnxDescription description) {
        return files.upload(target, local -> {
            OnnxExport.write(network, description, local);
            return compared(network, description, local);
        });
    }

    private static String compared(ComputationGraph network, OnnxDescription description, java.nio.file.Path file) {
        double difference = ExportComparison.difference(network, description, file);
        String found = String.format(
                Locale.ROOT,
                "ONNX Runtime %s differs from Deeplearning4j by at most %.1e of the largest value on %d pictures",
                OnnxEngine.version(),
                difference,
                ExportComparison.PICTURES);
        // Written this way round, NaN is refused.
        if (difference <= TOLERANCE) {
            return found;
        }
        throw new IllegalStateException("the exported network gives different results: " + found + ", allowed is "
                + TOLERANCE + "; nothing was published");
    }
}
