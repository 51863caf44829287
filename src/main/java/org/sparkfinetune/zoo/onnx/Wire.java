package org.sparkfinetune.zoo.onnx;

/**
 * The connection of the nodes of a layer.
 *
 * @param input tensor that it reads
 * @param rank rank of that tensor: 4 for pictures, 2 for vectors
 * @param output tensor that it should write; a layer that does nothing may return its input instead
 */
record Wire(String input, int rank, String output) {
    private static final int PICTURES = 4;

    /** Returns the name of a tensor inside the layer. */
    String inner(String name) {
        return output + "/" + name;
    }

    boolean isPictures() {
        return rank == PICTURES;
    }
}
