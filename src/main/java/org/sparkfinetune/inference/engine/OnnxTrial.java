package org.sparkfinetune.inference.engine;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.FinetuneException;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.PictureLimits;
import org.sparkfinetune.data.picture.PictureTensor;
import org.sparkfinetune.zoo.card.Preprocessing;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;
import org.sparkfinetune.zoo.onnx.OnnxInput;

/** Exports a network to ONNX and compares it with Deeplearning4j before it is used. */
final class OnnxTrial {
    /** Maximum relative difference, as {@link EngineDifference} measures it; well above rounding errors. */
    static final double TOLERANCE = 1e-3;

    private static final int GENERATED = 2;

    private final ComputationGraph network;
    private final Preprocessing input;

    OnnxTrial(ComputationGraph network, Preprocessing input) {
        this.network = network;
        this.input = input;
    }

    /**
     * The result of the trial.
     *
     * @param trusted whether ONNX Runtime is to run the network
     * @param description engine and reason, in words
     */
    record Verdict(boolean trusted, String description) {
        static Verdict notWanted() {
            return new Verdict(false, "pictures are run by Deeplearning4j");
        }

        static Verdict distrusted(String reason) {
            return new Verdict(false, "pictures are run by Deeplearning4j, not ONNX Runtime: " + reason);
        }
    }

    /**
     * Writes the file and runs it.
     *
     * @param choice not Deeplearning4j; with {@link EngineChoice#ONNX} every obstacle to ONNX is an error
     */
    Verdict run(Path file, EngineChoice choice, List<byte[]> samples) {
        try {
            OnnxExport.write(network, new OnnxDescription("trunk", input, List.of(), OnnxInput.FLOAT), file);
            Verdict verdict = compare(file, samples);
            if (choice == EngineChoice.ONNX && !verdict.trusted()) {
                throw new IllegalStateException(verdict.description());
            }
            return verdict;
        } catch (FinetuneException | LinkageError e) {
            if (choice == EngineChoice.ONNX) {
                throw e;
            }
            return Verdict.distrusted(String.valueOf(e.getMessage()));
        }
    }

    private Verdict compare(Path file, List<byte[]> samples) {
        Batch batch = decoded(samples);
        InferenceEngine dl4j = new Dl4jEngine(network, input);
        float[][][] expected = dl4j.forward(batch.pixels(), batch.count());
        try (OnnxEngine onnx = OnnxEngine.open(file, Runtime.getRuntime().availableProcessors())) {
            double difference = EngineDifference.relative(onnx.forward(batch.pixels(), batch.count()), expected);
            String figures = String.format(
                    Locale.ROOT,
                    "largest relative difference between both %.1e on %d pictures",
                    difference,
                    batch.count());
            // Written this way, a difference of NaN is not trusted.
            if (!(difference <= TOLERANCE)) {
                return Verdict.distrusted(figures);
            }
            return new Verdict(true, "pictures are run by ONNX Runtime " + OnnxEngine.version() + ", " + figures);
        }
    }

    /** Network inputs one after the other. */
    private record Batch(float[] pixels, int count) {}

    private Batch decoded(List<byte[]> samples) {
        PictureTensor tensor = new PictureTensor(input, PictureLimits.DEFAULT);
        float[] pixels = new float[samples.size() * tensor.floats()];
        int count = 0;
        for (byte[] sample : samples) {
            if (isWritten(tensor, sample, pixels, count * tensor.floats())) {
                count++;
            }
        }
        if (count == 0) {
            return new Batch(GeneratedPictures.of(input, GENERATED).pixels(), GENERATED);
        }
        return new Batch(Arrays.copyOf(pixels, count * tensor.floats()), count);
    }

    /** A bad picture is counted where the job reads it; here it is only skipped. */
    private static boolean isWritten(PictureTensor tensor, byte[] sample, float[] pixels, int offset) {
        try {
            tensor.write(sample, pixels, offset);
            return true;
        } catch (RejectedPictureException e) {
            return false;
        }
    }
}
