package org.sparkfinetune.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.memory;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkfinetune.onednn.ProgramBuilder.Array;
import org.sparkfinetune.onednn.Signal.Gradient;

/** Copies pictures into a larger one: joins their channels, or pads one picture with zeros. */
final class PlacementSteps implements VertexSteps {
    private final Function<List<long[]>, Placement> placement;
    private final boolean channelsLast;

    private List<Signal> inputs;
    private Placement place;

    /**
     * @param shape shape of the larger picture
     * @param offsets offset of each input
     */
    private record Placement(long[] shape, List<long[]> offsets) {}

    private PlacementSteps(Function<List<long[]>, Placement> placement, boolean channelsLast) {
        this.placement = placement;
        this.channelsLast = channelsLast;
    }

    /** Joins the channels of the inputs. */
    static PlacementSteps ofChannels(boolean channelsLast) {
        return new PlacementSteps(
                shapes -> {
                    List<long[]> offsets = new ArrayList<>();
                    long channels = 0;
                    for (long[] shape : shapes) {
                        offsets.add(new long[] {0, channels, 0, 0});
                        channels += shape[1];
                    }
                    long[] first = shapes.get(0);
                    return new Placement(new long[] {first[0], channels, first[2], first[3]}, offsets);
                },
                channelsLast);
    }

    static PlacementSteps inZeros(ZeroPaddingLayer settings, boolean channelsLast) {
        int[] around = settings.getPadding();
        return new PlacementSteps(
                shapes -> {
                    long[] shape = shapes.get(0);
                    return new Placement(
                            new long[] {
                                shape[0], shape[1], shape[2] + around[0] + around[1], shape[3] + around[2] + around[3]
                            },
                            List.of(new long[] {0, 0, around[0], around[2]}));
                },
                channelsLast);
    }

    @Override
    public Signal forward(ProgramBuilder program, List<Signal> parts) {
        inputs = List.copyOf(parts);
        place = placement.apply(inputs.stream().map(Signal::shape).toList());
        // Zeroed once and not shared: parts that no input covers stay 0.
        Array whole = program.array(
                place.shape(),
                OneDnn.layout(place.shape(), channelsLast ? memory.format_tag.acdb : memory.format_tag.abcd));
        INDArray zeros = whole.array();
        zeros.assign(0);
        for (int i = 0; i < inputs.size(); i++) {
            program.copy(inputs.get(i).tensor(), whole.tensor().view(part(whole.tensor(), i)), "placement");
        }
        return new Signal(whole.tensor(), place.shape(), inputs.stream().anyMatch(Signal::trained));
    }

    @Override
    public void backward(ProgramBuilder program, Gradient gradient) {
        for (int i = 0; i < inputs.size(); i++) {
            Signal input = inputs.get(i);
            if (input.trained()) {
                Tensor result = program.tensor(input.tensor().layout());
                Tensor part = gradient.tensor().view(part(gradient.tensor(), i));
                program.use(gradient.tensor());
                program.copy(part, result, "placement backward");
                program.addGradient(input, result);
            }
        }
        gradient.leave();
    }

    private memory.desc part(Tensor whole, int index) {
        return whole.layout()
                .submemory_desc(inputs.get(index).shape(), place.offsets().get(index));
    }
}
