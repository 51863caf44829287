package org.sparkfinetune.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.sparkfinetune.cluster.NativeEngine;

/**
 * Forward passes over one batch of random numbers, and nothing else: no pictures, no Spark, no copies of the result.
 */
public final class BareForward {
    private static final int SIDE = 224;

    private BareForward() {}

    /**
     * @param arguments onnx or dl4j, network file, pictures in a batch, pictures at least, threads, file for the
     * figures
     */
    public static void main(String[] arguments) throws IOException, OrtException {
        Path network = Path.of(arguments[1]);
        long[] shape = {Integer.parseInt(arguments[2]), 3, SIDE, SIDE};
        int pictures = Integer.parseInt(arguments[3]);
        float[] pixels = new float[Math.toIntExact(shape[0] * 3 * SIDE * SIDE)];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextInt(256) - 128;
        }
        Figures figures =
                switch (arguments[0]) {
                    case "onnx" -> onnx(network, pixels, shape, pictures, Integer.parseInt(arguments[4]));
                    case "dl4j" -> dl4j(network, pixels, shape, pictures);
                    default -> throw new IllegalArgumentException("onnx or dl4j, not " + arguments[0]);
                };
        Files.writeString(Path.of(arguments[5]), figures.line());
    }

    /** As ONNX Runtime comes: all optimisations, threads that spin while they wait. */
    private static Figures onnx(Path file, float[] pixels, long[] shape, int pictures, int threads)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            try (OrtSession session = environment.createSession(file.toString(), options);
                    OnnxTensor batch = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape)) {
                Map<String, OnnxTensor> inputs =
                        Map.of(session.getInputNames().iterator().next(), batch);
                return Figures.of(
                        (int) shape[0], pictures, () -> session.run(inputs).close());
            }
        }
    }

    private static Figures dl4j(Path file, float[] pixels, long[] shape, int pictures) throws IOException {
        NativeEngine.enable();
        ComputationGraph graph = ComputationGraph.load(file.toFile(), false);
        INDArray batch = Nd4j.create(pixels, shape, 'c');
        return Figures.of((int) shape[0], pictures, () -> graph.output(false, batch));
    }

    /** A forward pass. */
    private interface Pass<E extends Exception> {
        void run() throws E;
    }

    /**
     * What came out.
     *
     * @param seconds without the first pass, which warms up
     */
    private record Figures(int pictures, double seconds) {
        static <E extends Exception> Figures of(int batch, int pictures, Pass<E> pass) throws E {
            pass.run();
            int done = 0;
            long start = System.nanoTime();
            while (done < pictures) {
                pass.run();
                done += batch;
            }
            return new Figures(done, (System.nanoTime() - start) / 1e9);
        }

        String line() {
            return pictures + " " + seconds + "\n";
        }
    }
}
