package org.sparkfinetune.features.similar;

import java.io.Serializable;

/**
 * The neighbours and duplicates to search for.
 *
 * @param neighbours number of neighbours of each picture, 0 for none
 * @param metric determines the nearest neighbours
 * @param duplicates minimum cosine similarity of near duplicates, up to 1; 0 for no search
 */
public record NeighbourQuery(int neighbours, Metric metric, double duplicates) implements Serializable {

    public NeighbourQuery {
        if (neighbours < 0 || !(duplicates >= 0 && duplicates <= 1)) {
            throw new IllegalArgumentException(
                    "neighbours must be at least 0, duplicates 0 to 1, found " + neighbours + " and " + duplicates);
        }
    }

    boolean wantsNeighbours() {
        return neighbours > 0;
    }

    boolean wantsDuplicates() {
        return duplicates > 0;
    }
}
