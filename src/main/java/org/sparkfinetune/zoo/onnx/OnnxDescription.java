package org.sparkfinetune.zoo.onnx;

import java.util.List;
import java.util.Objects;
import org.sparkfinetune.zoo.card.Preprocessing;

/**
 * The metadata of an ONNX file.
 *
 * @param model name of the model, for readers
 * @param preprocessing preprocessing of pictures, with the height and width of the input
 * @param labels names of the classes by index, empty when the output are not classes
 * @param input format of the input of the exported network
 */
public record OnnxDescription(String model, Preprocessing preprocessing, List<String> labels, OnnxInput input) {
    public OnnxDescription {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(input, "input");
        labels = List.copyOf(labels);
    }
}
