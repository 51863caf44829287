package org.sparkfinetune.zoo.onnx;

import java.util.List;
import java.util.Objects;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * What an ONNX file says about its network beside the network itself.
 *
 * @param model name for readers
 * @param preprocessing how a picture becomes the network's input; gives the input's height and width
 * @param labels names of the classes by index, empty when the output is no classes
 * @param input what the exported network is given
 */
public record OnnxDescription(String model, Preprocessing preprocessing, List<String> labels, OnnxInput input) {
    public OnnxDescription {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(input, "input");
        labels = List.copyOf(labels);
    }
}
