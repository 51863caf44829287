package org.nd4j.nativeblas;

/**
 * The class where Deeplearning4j 1.0.0-M2.1 looks for {@code Nd4jCpu$Environment} before it uses oneDNN
 * ({@code org.deeplearning4j.nn.layers.mkldnn.BaseMKLDNNHelper}). The real class moved to
 * {@code org.nd4j.linalg.cpu.nativecpu.bindings} and the look-up was not updated, so every convolution falls back to
 * im2col and a matrix product, five to seven times slower. This class takes its place; nothing else may use it.
 */
public final class Nd4jCpu {
    private Nd4jCpu() {}

    /** Forwards to the class that moved. */
    public static final class Environment {
        private static final Environment INSTANCE = new Environment();

        private Environment() {}

        /** Found by reflection, under this name. */
        public static Environment getInstance() {
            return INSTANCE;
        }

        /**
         * Whether the loaded native libraries contain oneDNN and have it enabled. Found by reflection, under this name.
         */
        public boolean isUseMKLDNN() {
            return NativeOpsHolder.getInstance()
                            .getDeviceNativeOps()
                            .buildInfo()
                            .contains("HAVE_ONEDNN")
                    && org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu.Environment.getInstance()
                            .isUseONEDNN();
        }
    }
}
