package org.sparkfinetune.zoo.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;

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

    /** Nodes from one tensor to another. */
    interface Part {
        void write(String from, String to);
    }

    /** Lets nodes that work channels-first (NCHW), as all of ONNX does, serve a layer of either layout. */
    String channelsFirst(CNN2DFormat format, OnnxNodes nodes, Part part) {
        if (format == CNN2DFormat.NCHW) {
            part.write(input, output);
            return output;
        }
        String first =
                nodes.add("Transpose", inner("channels-first"), List.of(input), OnnxNodes.integers("perm", 0, 3, 1, 2));
        part.write(first, inner("computed"));
        return nodes.add("Transpose", output, List.of(inner("computed")), OnnxNodes.integers("perm", 0, 2, 3, 1));
    }
}
