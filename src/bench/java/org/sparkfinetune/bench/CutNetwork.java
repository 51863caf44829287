package org.sparkfinetune.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.sparkfinetune.zoo.card.ModelCard;
import org.sparkfinetune.zoo.card.ModelZoo;
import org.sparkfinetune.zoo.files.PretrainedNetwork;
import org.sparkfinetune.zoo.network.NetworkCut;
import org.sparkfinetune.zoo.network.Networks;
import org.sparkfinetune.zoo.onnx.OnnxDescription;
import org.sparkfinetune.zoo.onnx.OnnxExport;
import org.sparkfinetune.zoo.onnx.OnnxInput;
import org.sparkfinetune.zoo.weights.CachedWeights;
import org.sparkfinetune.zoo.weights.WeightsCache;

/** A model up to a layer, as files that others can load: Deeplearning4j's own zip, and ONNX. */
public final class CutNetwork {
    private CutNetwork() {}

    /** @param arguments name or path of a card, layer, zip to write, ONNX file to write */
    public static void main(String[] arguments) throws IOException {
        ModelCard card = ModelZoo.card(arguments[0]);
        WeightsCache cache = WeightsCache.of(
                System.getenv(),
                address -> FileSystem.get(address, new Configuration()).open(new org.apache.hadoop.fs.Path(address)));
        CachedWeights weights = cache.fetch(card, System.out::println);
        ComputationGraph whole = PretrainedNetwork.load(card, weights);
        ComputationGraph trunk = NetworkCut.upTo(whole, arguments[1]);
        Networks.release(whole);
        ModelSerializer.writeModel(trunk, Path.of(arguments[2]).toFile(), false);
        OnnxExport.write(
                trunk, new OnnxDescription("trunk", card.input(), List.of(), OnnxInput.FLOAT), Path.of(arguments[3]));
    }
}
