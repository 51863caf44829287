package org.sparkfinetune.features.similar;

/**
 * Finds the pairs of rows of two blocks that are near duplicates. However many pairs there are, fewer links are kept
 * than there are rows.
 */
final class LinkFinder {
    private final double threshold;
    private final VectorBlock leftBlock;
    private final VectorBlock rightBlock;
    private final Vectors left;
    private final Vectors right;
    private final double error;
    /** Rows of the left block, then those of the right one. */
    private final Components rows;

    private long pairs;

    /** @param right the same object as {@code left} when a block is compared with itself */
    LinkFinder(double threshold, VectorBlock leftBlock, Vectors left, VectorBlock rightBlock, Vectors right) {
        this.threshold = threshold;
        this.leftBlock = leftBlock;
        this.rightBlock = rightBlock;
        this.left = left;
        this.right = right;
        this.error = CosinePanels.error(left.length());
        this.rows = new Components(left.rows() + (left == right ? 0 : right.rows()));
    }

    /** Examines the cosines of one row of the left block. */
    void look(int row, Panel.Strip strip) {
        boolean self = left == right;
        for (int at = self ? row + 1 : 0; at < strip.count(); at++) {
            double cosine = strip.cosine(at);
            if (cosine >= threshold - error
                    && (cosine >= threshold + error || left.cosine(row, right, at) >= threshold)) {
                pairs++;
                rows.join(row, self ? at : left.rows() + at);
            }
        }
    }

    /** Number of pairs found. */
    long pairs() {
        return pairs;
    }

    /** Numbers of pictures, two for each link. */
    int[] links() {
        int[] links = rows.links();
        for (int i = 0; i < links.length; i++) {
            links[i] =
                    links[i] < left.rows() ? leftBlock.first() + links[i] : rightBlock.first() + links[i] - left.rows();
        }
        return links;
    }
}
