package org.sparkfinetune.inference;

import java.util.Locale;

/**
 * What both engines do on the same pictures, with all cores.
 *
 * @param onnx images/s of ONNX Runtime
 * @param dl4j images/s of Deeplearning4j
 */
record EngineRates(double onnx, double dl4j) {
    /** So far apart, or the choice would flip with the weather. Measured: 0.5 for ResNet50, 1.4 for VGG16. */
    static final double CLEARLY = 1.2;

    /** Timed passes of each, after the one that both are compared in. */
    private static final int PASSES = 3;

    /** In turns, so that whatever else the machine does meets both; the fastest pass counts, as disturbance only slows. */
    static EngineRates measure(InferenceEngine onnx, InferenceEngine dl4j, float[] pixels, int count) {
        double onnxRate = 0;
        double dl4jRate = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            onnxRate = Math.max(onnxRate, rate(onnx, pixels, count));
            dl4jRate = Math.max(dl4jRate, rate(dl4j, pixels, count));
        }
        return new EngineRates(onnxRate, dl4jRate);
    }

    private static double rate(InferenceEngine engine, float[] pixels, int count) {
        long start = System.nanoTime();
        engine.forward(pixels, count);
        return count / ((System.nanoTime() - start) / 1e9);
    }

    /** Whether Deeplearning4j is worth leaving ONNX Runtime for. */
    boolean dl4jIsClearlyFaster() {
        return dl4j >= CLEARLY * onnx;
    }

    /** For reports. */
    String ofOnnx() {
        return String.format(Locale.ROOT, "%.1f images/s against %.1f by Deeplearning4j", onnx, dl4j);
    }

    /** For reports. */
    String ofDl4j() {
        return String.format(Locale.ROOT, "%.1f images/s against %.1f by ONNX Runtime", dl4j, onnx);
    }
}
