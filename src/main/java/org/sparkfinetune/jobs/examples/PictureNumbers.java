package org.sparkfinetune.jobs.examples;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import org.sparkfinetune.check.BadDataException;

/**
 * Numbers 0 to n - 1 for n pictures, in the order of their SHA-256. A number means the same picture however the files
 * of the dataset are split, and executors look it up themselves: 8 bytes per picture are sent to each of them once.
 */
final class PictureNumbers implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final int PREFIX_DIGITS = 16;

    /**
     * Leading 64 bits of the hashes, with the first bit flipped, so that signed numbers have the order of the hashes.
     */
    private final long[] sorted;

    private PictureNumbers(long[] sorted) {
        this.sorted = sorted;
    }

    /**
     * Numbers the pictures of a split.
     *
     * @param place place of the split, for messages
     * @param identities identities of the pictures, in parts, see {@link #identity}
     * @throws BadDataException when two pictures are the same
     */
    static PictureNumbers of(String place, Collection<long[]> identities) {
        long[] sorted = identities.stream()
                .flatMapToLong(Arrays::stream)
                .map(identity -> identity ^ Long.MIN_VALUE)
                .sorted()
                .toArray();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw new BadDataException(
                        place,
                        String.format("holds the picture with the sha256 %016x… twice", sorted[i] ^ Long.MIN_VALUE)
                                + "; make the dataset again with overwrite: true");
            }
        }
        return new PictureNumbers(sorted);
    }

    /** The identity of a picture: the leading 64 bits of its hash. */
    static long identity(String sha256) {
        return Long.parseUnsignedLong(sha256, 0, PREFIX_DIGITS, 16);
    }

    /** Number of pictures. */
    long count() {
        return sorted.length;
    }

    /** The number of a picture, 0 to n - 1. */
    long of(long identity) {
        int found = Arrays.binarySearch(sorted, identity ^ Long.MIN_VALUE);
        if (found < 0) {
            throw new IllegalStateException(String.format("no picture has a sha256 that begins with %016x", identity));
        }
        return found;
    }
}
