package org.sparkfinetune.zoo.onnx;

/** The format of the input of an exported network. */
public enum OnnxInput {
    /** float32 [n, 3, height, width], the result of {@link org.sparkfinetune.zoo.card.Preprocessing}. */
    FLOAT,
    /**
     * uint8 [n, height, width, 3], red, green and blue from 0 to 255, the result of every decoder. Channel order, mean
     * and standard deviation are inside of the network; pictures must only be resized and cut.
     */
    UINT8
}
