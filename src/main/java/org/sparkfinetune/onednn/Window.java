package org.sparkfinetune.onednn;

import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * A window that moves over a picture, in oneDNN's order: height before width.
 *
 * @param kernel rows and columns of the window
 * @param stride rows and columns from one position to the next
 * @param dilation rows and columns skipped between two elements of the window, 0 for none
 * @param before rows of padding above and columns on the left
 * @param after rows of padding below and columns on the right; negative where the last ones of the picture are skipped
 * @param output number of positions of the window
 */
record Window(long[] kernel, long[] stride, long[] dilation, long[] before, long[] after, long[] output) {
    /** The window in Deeplearning4j's settings. */
    record Settings(int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
        /**
         * @param vertex vertex with these settings
         * @throws NotCompilable for causal convolutions
         */
        Window over(String vertex, long height, long width) {
            if (mode == ConvolutionMode.Causal) {
                throw new NotCompilable(vertex, "convolution mode " + mode);
            }
            return window(new long[] {height, width});
        }

        private Window window(long[] picture) {
            Window window = new Window(new long[2], new long[2], new long[2], new long[2], new long[2], new long[2]);
            for (int i = 0; i < picture.length; i++) {
                long covered = (kernel[i] - 1L) * dilation[i] + 1;
                boolean same = mode == ConvolutionMode.Same;
                long places = same
                        ? (picture[i] + stride[i] - 1) / stride[i]
                        : (picture[i] + 2L * padding[i] - covered) / stride[i] + 1;
                long total = (places - 1) * stride[i] + covered - picture[i];
                window.kernel[i] = kernel[i];
                window.stride[i] = stride[i];
                window.dilation[i] = dilation[i] - 1L;
                window.before[i] = same ? Math.max(0, total) / 2 : padding[i];
                window.after[i] = total - window.before[i];
                window.output[i] = places;
            }
            return window;
        }
    }
}
