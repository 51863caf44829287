package org.sparkfinetune.inference.forward;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.function.Function;
import org.sparkfinetune.check.Sha256;
import org.sparkfinetune.data.format.ErrorClass;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.data.picture.Picture;
import org.sparkfinetune.data.picture.PictureDecoder;
import org.sparkfinetune.data.picture.PictureTensor;

/**
 * Decoded pictures that go through a network together, and the refused ones among them. Used again and again, by one thread at
 * a time.
 *
 * @param <T> what a picture comes from
 */
final class PictureBatch<T> {
    private final Source<T> source;
    private final int size;
    /** Network inputs one after the other; made for the first picture. */
    private float[] pixels;

    private final List<Outcome<T>> outcomes = new ArrayList<>();
    private final List<Slot<T>> slots = new ArrayList<>();
    private long decodeNanos;

    /** @param size pictures that are not refused, at most */
    PictureBatch(Source<T> source, int size) {
        this.source = source;
        this.size = size;
    }

    /**
     * Where pixels come from. Safe for many threads.
     *
     * @param encoded gives a picture's encoded bytes
     * @param stopped the task is over: nobody needs what is left to decode
     */
    record Source<T>(
            Function<T, byte[]> encoded, PictureDecoder decoder, PictureTensor tensor, BooleanSupplier stopped) {
        private byte[] bytes(T picture) throws RejectedPictureException {
            try {
                return encoded.call(picture);
            } catch (RejectedPictureException e) {
                throw e;
            } catch (Exception e) {
                throw new RejectedPictureException(ErrorClass.UNREADABLE, "it cannot be read: " + e);
            }
        }
    }

    /** A decoded picture and which outcome will be its. */
    private record Slot<T>(int place, T source, String sha256, int width, int height) {}

    /** Accepted pictures. */
    int count() {
        return slots.size();
    }

    /** Accepted pictures that it still has room for. */
    int missing() {
        return size - slots.size();
    }

    /** What was spent in {@link #decode} since {@link #clear}. */
    long decodeNanos() {
        return decodeNanos;
    }

    PictureBatch<T> clear() {
        outcomes.clear();
        slots.clear();
        decodeNanos = 0;
        return this;
    }

    /** @param pictures at most as many as are {@link #missing()} */
    PictureBatch<T> decode(List<T> pictures) {
        if (pixels == null) {
            pixels = new float[Math.multiplyExact(size, source.tensor().floats())];
        }
        long start = System.nanoTime();
        for (T picture : pictures) {
            if (source.stopped().getAsBoolean()) {
                break;
            }
            add(picture);
        }
        decodeNanos += System.nanoTime() - start;
        return this;
    }

    private void add(T picture) {
        String sha256 = null;
        try {
            byte[] bytes = source.bytes(picture);
            sha256 = Sha256.of(bytes);
            try (Picture decoded = source.decoder().decode(bytes)) {
                source.tensor()
                        .write(decoded, pixels, slots.size() * source.tensor().floats());
                slots.add(new Slot<>(outcomes.size(), picture, sha256, decoded.width(), decoded.height()));
                outcomes.add(null);
            }
        } catch (RejectedPictureException e) {
            outcomes.add(new Outcome.Refused<>(picture, sha256, e.errorClass(), e.getMessage()));
        }
    }

    /** What became of the pictures, in their order; with no accepted picture there is no forward pass. */
    List<Outcome<T>> through(ShrinkingForward network) {
        if (!slots.isEmpty()) {
            float[][][] activations = network.run(pixels, slots.size());
            for (int i = 0; i < slots.size(); i++) {
                Slot<T> slot = slots.get(i);
                outcomes.set(
                        slot.place(),
                        new Outcome.Done<>(slot.source(), slot.sha256(), slot.width(), slot.height(), activations[i]));
            }
        }
        return List.copyOf(outcomes);
    }
}
