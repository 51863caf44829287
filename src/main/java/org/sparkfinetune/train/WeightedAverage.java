package org.sparkfinetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The averages of a round, each Σ wᵢ·xᵢ / Σ wᵢ in double precision, added in the order of the workers whatever the order
 * in which their pieces arrive. The pieces of a single worker come out with the same bits.
 */
final class WeightedAverage {
    private final List<Piece> pieces;
    private final double totalWeight;

    /**
     * @param pieces one of each worker that fitted at least one example; all of one length
     */
    WeightedAverage(List<Piece> pieces) {
        this.pieces = new ArrayList<>(pieces);
        this.pieces.sort(Comparator.comparingInt(Piece::worker));
        this.totalWeight = pieces.stream().mapToLong(Piece::weight).sum();
    }

    /** Parameters and updater state: the plain average, as raw little-endian floats. */
    byte[] plain() {
        if (pieces.size() == 1) {
            return onlyPiece();
        }
        double[] sums = new double[pieces.get(0).floats()];
        for (Piece piece : pieces) {
            double weight = piece.weight();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * piece.at(i);
            }
        }
        byte[] averages = new byte[sums.length * FlatVector.BYTES];
        for (int i = 0; i < sums.length; i++) {
            FlatVector.set(averages, 0, i, (float) (sums[i] / totalWeight));
        }
        return averages;
    }

    /**
     * Running means and variances of batch normalisation by the law of total variance: the mean of the means, and the
     * mean of the variances plus the variance of the means.
     *
     * @param layers whose means and then variances follow one another in each piece
     */
    byte[] totalVariance(List<RunningStatistics> layers) {
        if (pieces.size() == 1) {
            return onlyPiece();
        }
        byte[] combined = new byte[pieces.get(0).payloadBytes()];
        int from = 0;
        for (RunningStatistics layer : layers) {
            for (int channel = 0; channel < layer.channels(); channel++) {
                combine(layer, from + channel, combined);
            }
            from += 2 * layer.channels();
        }
        return combined;
    }

    private void combine(RunningStatistics layer, int meanAt, byte[] combined) {
        int varianceAt = meanAt + layer.channels();
        double sumOfMeans = 0;
        for (Piece piece : pieces) {
            sumOfMeans += piece.weight() * (double) piece.at(meanAt);
        }
        double mean = sumOfMeans / totalWeight;
        double sum = 0;
        for (Piece piece : pieces) {
            double distance = piece.at(meanAt) - mean;
            sum += piece.weight() * (layer.variance(piece.at(varianceAt)) + distance * distance);
        }
        FlatVector.set(combined, 0, meanAt, (float) mean);
        FlatVector.set(combined, 0, varianceAt, layer.stored(sum / totalWeight));
    }

    private byte[] onlyPiece() {
        Piece piece = pieces.get(0);
        return Arrays.copyOfRange(piece.bytes(), piece.floatsFrom(), piece.bytes().length);
    }
}
