package org.sparkfinetune.zoo.onnx;

import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.sparkfinetune.check.InvalidRequestException;
import org.sparkfinetune.config.Json;
import org.sparkfinetune.zoo.files.AtomicFile;

/**
 * Writes a Deeplearning4j network as an ONNX file (https://onnx.ai), operator set 17: for any number of pictures at a
 * time, with batch normalization folded into the convolution before it, and with names of the classes and preprocessing
 * as metadata.
 *
 * <p>Metadata: {@code model}, {@code input} (float or uint8), {@code preprocessing} (JSON, the keys of a model card's
 * {@code input}), {@code labels} (JSON array, absent when the output are not classes).
 */
public final class OnnxExport {
    /** Version of the operators, which every runtime since 2022 supports. */
    public static final long OPERATOR_SET = 17;

    /** Version of the file format of this operator set. */
    private static final long FORMAT_VERSION = 8;
    /** Most bytes of a protobuf message, without those of the graph beside its weights. */
    private static final long MAX_WEIGHTS_BYTES = Integer.MAX_VALUE - (16L << 20);

    private OnnxExport() {}

    /**
     * Writes under a temporary name beside the file, then renames.
     *
     * @param network network with one input, pictures of the size in the description, and any number of outputs, which
     *     keep the names of their vertices
     * @throws InvalidRequestException with the vertex that cannot be expressed in ONNX, or when the network is too
     *     large
     * @throws org.sparkfinetune.check.BadDataException when the file cannot be written
     */
    public static void write(ComputationGraph network, OnnxDescription description, Path file) {
        requireSize(network);
        ModelProto model = model(network, description);
        AtomicFile.write(file, temporary -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                model.writeTo(out);
            }
            return file;
        });
    }

    private static ModelProto model(ComputationGraph network, OnnxDescription description) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName(description.model());
        new NetworkNodes(network, description, graph).write();
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(FORMAT_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setProducerName("spark-finetune")
                .setGraph(graph);
        metadata(model, "model", description.model());
        metadata(model, "input", description.input().name().toLowerCase(Locale.ROOT));
        metadata(model, "preprocessing", Json.line(preprocessing(description)));
        if (!description.labels().isEmpty()) {
            metadata(model, "labels", Json.line(description.labels()));
        }
        return model.build();
    }

    private static Map<String, Object> preprocessing(OnnxDescription description) {
        var preprocessing = description.preprocessing();
        return new java.util.TreeMap<>(Map.of(
                "shortSide", preprocessing.shortSide(),
                "height", preprocessing.height(),
                "width", preprocessing.width(),
                "interpolation", preprocessing.interpolation().name().toLowerCase(Locale.ROOT),
                "channelOrder", preprocessing.channelOrder().name().toLowerCase(Locale.ROOT),
                "mean", preprocessing.mean(),
                "std", preprocessing.std()));
    }

    private static void metadata(ModelProto.Builder model, String key, String value) {
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }

    private static void requireSize(ComputationGraph network) {
        long bytes = network.numParams() * Float.BYTES;
        if (bytes > MAX_WEIGHTS_BYTES) {
            throw new InvalidRequestException(
                    "model",
                    "has " + network.numParams() + " parameters, which are " + bytes
                            + " bytes; an ONNX file holds at most " + MAX_WEIGHTS_BYTES
                            + "; export a part of it with layer:");
        }
    }
}
