package org.sparkfinetune.cluster;

import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Enables oneDNN in Deeplearning4j and checks whether it really runs. Without it, as in a stock 1.0.0-M2.1, ResNet50 is
 * seven times slower. oneDNN needs three things: the system property set here, the class
 * {@link org.nd4j.nativeblas.Nd4jCpu}, and native libraries built with oneDNN.
 */
public final class NativeEngine {
    private static final String DL4J_VERSION = "1.0.0-M2.1";

    private NativeEngine() {}

    /**
     * Lets Deeplearning4j use oneDNN in every network created in this JVM from now on. Call it first in each JVM, the
     * driver's and the executors'. {@code -Dorg.eclipse.deeplearning4j.helpers.disable=true} on the command line takes
     * precedence.
     */
    public static void enable() {
        if (System.getProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY) == null) {
            System.setProperty(DL4JSystemProperties.DISABLE_HELPER_PROPERTY, "false");
        }
    }

    /** Runs a small convolution to find out; takes some milliseconds once the native libraries are loaded. */
    public static EngineStatus status() {
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
        NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
        return new EngineStatus(
                DL4J_VERSION,
                backend,
                "CPU".equals(backend) && convolutionRunsInOneDnn(),
                instructionSet(natives.binaryLevel()),
                natives.ompGetMaxThreads());
    }

    /**
     * With {@code cudnnAllowFallback(false)} the forward pass throws when oneDNN fails, instead of falling back
     * silently.
     */
    private static boolean convolutionRunsInOneDnn() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new org.deeplearning4j.nn.conf.layers.ConvolutionLayer.Builder(3, 3)
                        .nOut(8)
                        .cudnnAllowFallback(false)
                        .build())
                .layer(new CnnLossLayer.Builder().build())
                .setInputType(InputType.convolutional(8, 8, 8))
                .build());
        network.init();
        network.output(Nd4j.zeros(DataType.FLOAT, 1, 8, 8, 8));
        ConvolutionLayer convolution = (ConvolutionLayer) network.getLayer(0);
        return convolution.getHelper() instanceof MKLDNNConvHelper;
    }

    /** Returns the name of libnd4j's {@code binaryLevel()}. */
    private static String instructionSet(int binaryLevel) {
        return switch (binaryLevel) {
            case 3 -> "avx512";
            case 2 -> "avx2";
            default -> "x86-64";
        };
    }
}
