package org.sparkfinetune.zoo.onnx;

/**
 * Where the nodes of a layer are connected.
 *
 * @param input tensor it reads
 * @param rank of that tensor: 4 for pictures, 2 for vectors
 * @param output tensor it should write; a layer that does nothing may give its input back instead
 */
record Wire(String input, int rank, String output) {
    private static final int PICTURES = 4;

    /** Name of a tensor that nobody else reads. */
    String inner(String name) {
        return output + "/" + name;
    }

    boolean isPictures() {
        return rank == PICTURES;
    }
}
