package org.sparkfinetune.zoo.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Exports the preprocessors of Deeplearning4j between pictures and vectors, in the order of memory: channels, rows,
 * columns.
 */
final class PreprocessorNodes {
    private PreprocessorNodes() {}

    /** @return connection of the layer behind the preprocessor */
    static Wire write(InputPreProcessor preprocessor, String vertex, Wire wire, OnnxNodes nodes) {
        // By exact class: the subclass that reads TensorFlow's networks flattens in another order.
        if (preprocessor.getClass() == CnnToFeedForwardPreProcessor.class) {
            return wire.isPictures() ? flat(wire, nodes) : wire;
        }
        if (preprocessor instanceof FeedForwardToCnnPreProcessor pictures) {
            return wire.isPictures() ? wire : pictures(pictures, wire, nodes);
        }
        if (preprocessor instanceof ComposableInputPreProcessor several) {
            Wire current = wire;
            for (InputPreProcessor each : several.getInputPreProcessors()) {
                current = write(each, vertex, current, nodes);
            }
            return current;
        }
        throw Inexpressible.kind(vertex, preprocessor);
    }

    private static Wire flat(Wire wire, OnnxNodes nodes) {
        String flat = nodes.add("Flatten", wire.inner("flat"), List.of(wire.input()), OnnxNodes.integer("axis", 1));
        return new Wire(flat, 2, wire.output());
    }

    private static Wire pictures(FeedForwardToCnnPreProcessor settings, Wire wire, OnnxNodes nodes) {
        String shape = nodes.vector(
                wire.inner("pictures-shape"),
                -1,
                settings.getNumChannels(),
                settings.getInputHeight(),
                settings.getInputWidth());
        String pictures = nodes.add("Reshape", wire.inner("pictures"), List.of(wire.input(), shape));
        return new Wire(pictures, 4, wire.output());
    }
}
