package org.sparkfinetune.jobs.model;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.inference.engine.ExportComparison;
import org.sparkfinetune.inference.engine.OnnxEngine;
import org.sparkfinetune.storage.HadoopFiles;
import org.sparkfinetune.storage.SparkFailures;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;

/** An ONNX file that was compared with the network it was made from before anybody sees it. */
public final class CheckedOnnx {
    /** Relative to the largest value of an output; above what rounding gives. */
    static final double TOLERANCE = 1e-4;

    private CheckedOnnx() {}

    /**
     * Exports, compares, copies.
     *
     * @param target in a folder that is not published yet
     * @return what the comparison found, in words
     * @throws org.sparkfinetune.check.InvalidRequestException when a vertex cannot be expressed in ONNX
     * @throws IllegalStateException when the file gives other results than the network; nothing is written then
     */
    public static String write(HadoopFiles files, Path target, ComputationGraph network, OnnxDescription description) {
        try {
            java.nio.file.Path local =
                    Files.createTempDirectory("spark-finetune").resolve("model.onnx");
            try {
                OnnxExport.write(network, description, local);
                String found = compared(network, description, local);
                files.fileSystem().copyFromLocalFile(false, true, new Path(local.toUri()), target);
                return found;
            } finally {
                Files.deleteIfExists(local);
                Files.deleteIfExists(local.getParent());
            }
        } catch (IOException e) {
            throw SparkFailures.translate(e, target.toString());
        }
    }

    private static String compared(ComputationGraph network, OnnxDescription description, java.nio.file.Path file) {
        double difference = ExportComparison.difference(network, description, file);
        String found = String.format(
                Locale.ROOT,
                "ONNX Runtime %s differs from Deeplearning4j by at most %.1e of the largest value on %d pictures",
                OnnxEngine.version(),
                difference,
                ExportComparison.PICTURES);
        // Written this way round, a difference that is no number is refused.
        if (difference <= TOLERANCE) {
            return found;
        }
        throw new IllegalStateException("the exported network is not the network: " + found + ", allowed is "
                + TOLERANCE + "; nothing was published");
    }
}
