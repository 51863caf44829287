package org.sparkfinetune.onednn;

/**
 * The result of a vertex for the following ones: its output, and the gradient of the loss with respect to it, once
 * known.
 */
final class Signal {
    private final Tensor tensor;
    private final long[] shape;
    private final boolean trained;
    private Gradient gradient;

    /** A gradient that several vertices read. The last of them may overwrite it. */
    static final class Gradient {
        private final Tensor tensor;
        private int readers;

        Gradient(Tensor tensor) {
            this(tensor, 1);
        }

        Gradient(Tensor tensor, int readers) {
            this.tensor = tensor;
            this.readers = readers;
        }

        Tensor tensor() {
            return tensor;
        }

        void leave() {
            readers--;
        }

        boolean hasOneReader() {
            return readers == 1;
        }
    }

    /**
     * @param shape in Deeplearning4j's order, pictures as {@code [examples, channels, height, width]} in either format
     * @param trained whether a parameter at or before the vertex is trained, so that the gradient is needed
     */
    Signal(Tensor tensor, long[] shape, boolean trained) {
        this.tensor = tensor;
        this.shape = shape.clone();
        this.trained = trained;
    }

    Tensor tensor() {
        return tensor;
    }

    long[] shape() {
        return shape.clone();
    }

    boolean isPictures() {
        return shape.length == 4;
    }

    boolean trained() {
        return trained;
    }

    /** Null until a following vertex adds one. */
    Gradient gradient() {
        return gradient;
    }

    void gradient(Gradient sum) {
        gradient = sum;
    }
}
