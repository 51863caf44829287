package org.sparkfinetune.onednn;

/** What a vertex gives to those behind it: its output, and the gradient of the loss by that, once it is known. */
final class Signal {
    private final Tensor tensor;
    private final long[] shape;
    private final boolean trained;
    private Gradient gradient;

    /**
     * A gradient that some vertices look at. Whoever is the last of them may write over it.
     */
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
     * @param shape as Deeplearning4j has it, pictures as {@code [examples, channels, height, width]} in either format
     * @param trained whether a parameter at or before the vertex is trained, so that the gradient is wanted
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

    /** Null until a vertex behind gives one. */
    Gradient gradient() {
        return gradient;
    }

    void gradient(Gradient sum) {
        gradient = sum;
    }
}
