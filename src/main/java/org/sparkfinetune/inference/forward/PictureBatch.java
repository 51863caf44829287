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
 * Decoded pictures that go through a network together, and the rejected ones among them. Reused, by one thread at a
 * time.
 *
 * @param <T> source of a picture
 */
final class PictureBatch<T> {
    private final Source<T> source;
    private final int size;
    /** Network inputs one after the other; allocated for the first picture. */
    private float[] pixels;

    private final List<PictureResult<T>> results = new ArrayList<>();
    private final List<Slot<T>> slots = new ArrayList<>();
    private long decodeNanos;

    /** @param size maximum number of accepted pictures */
    PictureBatch(Source<T> source, int size) {
        this.source = source;
        this.size = size;
    }

    /**
     * Reads and decodes pictures. Safe for many threads.
     *
     * @param encoded returns a picture's encoded bytes
     * @param stopped returns true when the task has ended and no more pictures need decoding
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

    /** A decoded picture and the index of its result. */
    private record Slot<T>(int place, T source, String sha256, int width, int height) {}

    /** Number of accepted pictures. */
    int count() {
        return slots.size();
    }

    /** Number of accepted pictures that the batch still has room for. */
    int missing() {
        return size - slots.size();
    }

    /** Nanoseconds spent in {@link #decode} since {@link #clear}. */
    long decodeNanos() {
        return decodeNanos;
    }

    PictureBatch<T> clear() {
        results.clear();
        slots.clear();
        decodeNanos = 0;
        return this;
    }

    /** @param pictures at most {@link #missing()} */
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
                slots.add(new Slot<>(results.size(), picture, sha256, decoded.width(), decoded.height()));
                results.add(null);
            }
        } catch (RejectedPictureException e) {
            results.add(new PictureResult.Rejected<>(picture, sha256, e.errorClass(), e.getMessage()));
        }
    }

    /** Returns the results of the pictures, in their order; without accepted pictures there is no forward pass. */
    List<PictureResult<T>> through(ShrinkingForward network) {
        if (!slots.isEmpty()) {
            float[][][] activations = network.run(pixels, slots.size());
            for (int i = 0; i < slots.size(); i++) {
                Slot<T> slot = slots.get(i);
                results.set(
                        slot.place(),
                        new PictureResult.Done<>(
                                slot.source(), slot.sha256(), slot.width(), slot.height(), activations[i]));
            }
        }
        return List.copyOf(results);
    }
}
