package org.sparkfinetune.inference;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.ErrorClass;
import org.sparkfinetune.data.Picture;
import org.sparkfinetune.data.PictureDecoder;
import org.sparkfinetune.data.PictureLimits;
import org.sparkfinetune.data.PictureTensor;
import org.sparkfinetune.data.RejectedPictureException;

/**
 * Pictures through a network, as one fused step of a task: decode, resize, forward, batch by batch. Each picture is decoded
 * once; the order is kept; memory holds one batch.
 *
 * @param <T> what a picture comes from
 */
public final class PictureForward<T> implements FlatMapFunction<Iterator<T>, Outcome<T>> {
    private static final long serialVersionUID = 1L;

    private final EngineSpec engine;
    private final PictureLimits limits;
    private final int batchSize;
    private final Function<T, byte[]> encoded;
    private final ForwardMeter meter;

    /**
     * @param batchSize pictures in one forward pass, at least 1
     * @param encoded gives a picture's encoded bytes; may throw {@link RejectedPictureException} when it cannot
     */
    public PictureForward(
            EngineSpec engine, PictureLimits limits, int batchSize, Function<T, byte[]> encoded, ForwardMeter meter) {
        this.engine = engine;
        this.limits = limits;
        this.batchSize = batchSize;
        this.encoded = encoded;
        this.meter = meter;
    }

    @Override
    public Iterator<Outcome<T>> call(Iterator<T> pictures) {
        return new Batches(pictures);
    }

    /** Where a batch will be filled in when its forward pass is over. */
    private record Slot<T>(T source, String sha256, int width, int height) {}

    private final class Batches implements Iterator<Outcome<T>> {
        private final Iterator<T> pictures;
        private final PictureDecoder decoder = new PictureDecoder(limits);
        private final PictureTensor tensor = new PictureTensor(engine.input(), limits);
        private final float[] pixels = new float[Math.multiplyExact(batchSize, tensor.floats())];
        private Iterator<Outcome<T>> ready = List.<Outcome<T>>of().iterator();

        Batches(Iterator<T> pictures) {
            this.pictures = pictures;
        }

        @Override
        public boolean hasNext() {
            return ready.hasNext() || pictures.hasNext();
        }

        @Override
        public Outcome<T> next() {
            if (!ready.hasNext()) {
                if (!pictures.hasNext()) {
                    throw new NoSuchElementException();
                }
                ready = nextBatch().iterator();
            }
            return ready.next();
        }

        /** Reads on until a batch is full, so rejected pictures do not make batches smaller. */
        private List<Outcome<T>> nextBatch() {
            List<Outcome<T>> outcomes = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            List<Slot<T>> slots = new ArrayList<>();
            long start = System.nanoTime();
            while (slots.size() < batchSize && pictures.hasNext()) {
                T source = pictures.next();
                String sha256 = null;
                try {
                    byte[] bytes = bytes(source);
                    sha256 = Sha256.of(bytes);
                    Slot<T> slot = decode(source, sha256, bytes, slots.size() * tensor.floats());
                    places.add(outcomes.size());
                    outcomes.add(null);
                    slots.add(slot);
                } catch (RejectedPictureException e) {
                    outcomes.add(new Outcome.Refused<>(source, sha256, e.errorClass(), e.getMessage()));
                }
            }
            meter.decodeNanos().add(System.nanoTime() - start);
            if (!slots.isEmpty()) {
                fill(outcomes, places, slots);
            }
            meter.images().add(outcomes.size());
            return outcomes;
        }

        private Slot<T> decode(T source, String sha256, byte[] bytes, int offset) throws RejectedPictureException {
            try (Picture picture = decoder.decode(bytes)) {
                tensor.write(picture, pixels, offset);
                return new Slot<>(source, sha256, picture.width(), picture.height());
            }
        }

        private void fill(List<Outcome<T>> outcomes, List<Integer> places, List<Slot<T>> slots) {
            long start = System.nanoTime();
            float[][][] activations = engine.forward(pixels, slots.size());
            meter.forwardNanos().add(System.nanoTime() - start);
            for (int i = 0; i < slots.size(); i++) {
                Slot<T> slot = slots.get(i);
                outcomes.set(
                        places.get(i),
                        new Outcome.Done<>(slot.source(), slot.sha256(), slot.width(), slot.height(), activations[i]));
            }
        }

        private byte[] bytes(T source) throws RejectedPictureException {
            try {
                return encoded.call(source);
            } catch (RejectedPictureException e) {
                throw e;
            } catch (Exception e) {
                throw new RejectedPictureException(ErrorClass.UNREADABLE, "it cannot be read: " + e);
            }
        }
    }
}
