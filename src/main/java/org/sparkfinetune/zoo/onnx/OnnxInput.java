package org.sparkfinetune.zoo.onnx;

/** What an exported network is given. */
public enum OnnxInput {
    /** float32 [n, 3, height, width], as {@link org.sparkfinetune.zoo.card.Preprocessing} makes it. */
    FLOAT,
    /**
     * uint8 [n, height, width, 3], red, green and blue from 0 to 255: what every decoder gives. Channel order, mean and
     * standard deviation are inside of the network; the picture only has to be resized and cut.
     */
    UINT8
}
