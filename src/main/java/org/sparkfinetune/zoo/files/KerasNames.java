package org.sparkfinetune.zoo.files;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparkfinetune.zoo.card.NetworkKind;

/** The names of layers in the files of Keras. */
final class KerasNames {
    /** The four shortcuts of Xception have no names, so Keras numbered them, from 0, 1 or later. */
    private static final List<String> XCEPTION_SHORTCUTS = List.of("residual1", "residual2", "residual3", "residual12");

    private static final Pattern NUMBERED_CONVOLUTION = Pattern.compile(".*?(conv2d|convolution2d)(?:_(\\d+))?/kernel");
    private static final Pattern NUMBERED_NORMALISATION =
            Pattern.compile(".*?(batch_normalization|batchnormalization)(?:_(\\d+))?/gamma");

    private KerasNames() {}

    /**
     * Returns the name of a layer in Keras.
     *
     * @param arrays names of all arrays of the file
     */
    static UnaryOperator<String> of(NetworkKind network, Collection<String> arrays) {
        return switch (network) {
            case RESNET50 -> KerasNames::resnet50;
            case SQUEEZENET -> KerasNames::squeezenet;
            case DARKNET19 ->
                layer -> layer.replace("convolution2d_", "conv2d_")
                        .replace("batchnormalization_", "batch_normalization_");
            case XCEPTION -> xception(numbered(arrays, NUMBERED_CONVOLUTION), numbered(arrays, NUMBERED_NORMALISATION));
            case VGG16, VGG19, IMPORTED -> UnaryOperator.identity();
        };
    }

    private static String resnet50(String layer) {
        return switch (layer) {
            case "stem-cnn1" -> "conv1";
            case "stem-batch1" -> "bn_conv1";
            case "output" -> "fc1000";
            default -> layer;
        };
    }

    private static String squeezenet(String layer) {
        return layer.replace("_sq1x1", "/squeeze1x1")
                .replace("_exp1x1", "/expand1x1")
                .replace("_exp3x3", "/expand3x3");
    }

    private static UnaryOperator<String> xception(List<String> convolutions, List<String> normalizations) {
        return layer -> {
            boolean convolution = layer.endsWith("_conv");
            int shortcut = XCEPTION_SHORTCUTS.indexOf(layer.replace("_conv", ""));
            List<String> names = convolution ? convolutions : normalizations;
            return shortcut >= 0 && shortcut < names.size() ? names.get(shortcut) : layer;
        };
    }

    /** Layers that Keras named by number, in the order of their numbers. */
    private static List<String> numbered(Collection<String> arrays, Pattern pattern) {
        return arrays.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .sorted(Comparator.comparingInt(match -> match.group(2) == null ? 0 : Integer.parseInt(match.group(2))))
                .map(match -> match.group(2) == null ? match.group(1) : match.group(1) + "_" + match.group(2))
                .toList();
    }
}
