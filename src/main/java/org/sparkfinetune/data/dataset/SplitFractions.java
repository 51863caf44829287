package org.sparkfinetune.data.dataset;

import java.io.Serializable;
import java.util.List;
import org.sparkfinetune.config.Key;

/**
 * The fractions of each class in the splits.
 *
 * @param train fraction to train on, 0 to 1
 * @param validation fraction for validation, 0 to 1
 * @param test fraction for the test, 0 to 1; the three sum to 1
 */
public record SplitFractions(
        @Key(value = "Part of each class to train on", defaultValue = "0.8", min = 0, max = 1)
        double train,

        @Key(value = "Part of each class to choose the best epoch by", defaultValue = "0.1", min = 0, max = 1)
        double validation,

        @Key(value = "Part of each class kept for the final figures", defaultValue = "0.1", min = 0, max = 1)
        double test)
        implements Serializable {

    private static final double TOLERANCE = 1e-6;

    public SplitFractions {
        double sum = train + validation + test;
        if (!(Math.min(train, Math.min(validation, test)) >= 0 && Math.abs(sum - 1) <= TOLERANCE)) {
            throw new IllegalArgumentException("train + validation + test must be 1 and none below 0, found " + train
                    + " + " + validation + " + " + test + " = " + sum);
        }
    }

    /** The fraction of one split. */
    public double of(Split split) {
        return fractions().get(split.ordinal());
    }

    /** Returns the number of pictures that each class needs: one for each split that is not 0. */
    public int picturesNeeded() {
        return (int) fractions().stream().filter(fraction -> fraction > 0).count();
    }

    /**
     * Returns the pictures of one class for train, validation and test: the fractions of {@code pictures}, rounded by
     * largest remainder, with at least one for each split that is not 0.
     *
     * @param pictures number of pictures, at least {@link #picturesNeeded()}
     */
    public List<Long> counts(long pictures) {
        if (pictures < picturesNeeded()) {
            throw new IllegalArgumentException(pictures + " pictures, needed are " + picturesNeeded());
        }
        long[] counts = new long[3];
        double[] remainders = new double[3];
        long left = pictures;
        for (int split = 0; split < 3; split++) {
            double exact = fractions().get(split) / (train + validation + test) * pictures;
            counts[split] = (long) exact;
            remainders[split] = exact - counts[split];
            left -= counts[split];
        }
        for (; left > 0; left--) {
            int largest = indexOfLargest(remainders);
            counts[largest]++;
            remainders[largest] = -1;
        }
        for (int split = 0; split < 3; split++) {
            if (fractions().get(split) > 0 && counts[split] == 0) {
                counts[indexOfLargest(new double[] {counts[0], counts[1], counts[2]})]--;
                counts[split]++;
            }
        }
        return List.of(counts[0], counts[1], counts[2]);
    }

    /**
     * Returns how many of the pictures that are added to a class go to train, validation and test: the numbers that
     * bring the whole class nearest to {@link #counts}, with the earlier pictures left as they are. Never fails: with
     * too few pictures, some splits get none.
     *
     * @param there earlier pictures of the class in each split
     * @param added pictures to assign
     */
    public List<Long> added(List<Long> there, long added) {
        long total = there.stream().mapToLong(Long::longValue).sum() + added;
        List<Long> wanted = total >= picturesNeeded() ? counts(total) : few(total);
        double[] missing = new double[3];
        double tooMany = -added;
        for (int split = 0; split < 3; split++) {
            missing[split] = Math.max(0, wanted.get(split) - there.get(split));
            tooMany += missing[split];
        }
        for (; tooMany > 0; tooMany--) {
            missing[indexOfLargest(missing)]--;
        }
        return List.of((long) missing[0], (long) missing[1], (long) missing[2]);
    }

    /** Serves train first, then test. */
    private List<Long> few(long pictures) {
        long inTrain = train > 0 ? Math.min(1, pictures) : 0;
        long inTest = test > 0 ? Math.min(1, pictures - inTrain) : 0;
        return List.of(inTrain, pictures - inTrain - inTest, inTest);
    }

    private List<Double> fractions() {
        return List.of(train, validation, test);
    }

    private static int indexOfLargest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            largest = values[i] > values[largest] ? i : largest;
        }
        return largest;
    }
}
