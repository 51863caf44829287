package org.sparkfinetune.features.similar;

import java.io.Serializable;

/**
 * What is looked for.
 *
 * @param neighbours of each picture, 0 for none
 * @param metric that says which are nearest
 * @param duplicates cosine similarity from which on two pictures are the same, up to 1; 0 for none
 */
public record Wanted(int neighbours, Metric metric, double duplicates) implements Serializable {

    public Wanted {
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
