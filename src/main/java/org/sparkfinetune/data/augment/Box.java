package org.sparkfinetune.data.augment;

/**
 * A rectangle of whole pixels.
 *
 * @param left number of the first column
 * @param top number of the first row
 * @param width number of columns
 * @param height number of rows
 */
record Box(int left, int top, int width, int height) {
    /** Returns a box in the upper left corner of about that size, at least one pixel and at most the whole picture. */
    static Box of(double width, double height, int pictureWidth, int pictureHeight) {
        return new Box(0, 0, within(width, pictureWidth), within(height, pictureHeight));
    }

    private static int within(double size, int most) {
        return (int) Math.min(most, Math.max(1, Math.round(size)));
    }

    /**
     * Returns the box moved to a place inside a picture.
     *
     * @param across 0 is the left edge, just below 1 the right one
     * @param down 0 is the upper edge, just below 1 the lower one
     */
    Box at(double across, double down, int pictureWidth, int pictureHeight) {
        return new Box(
                (int) (across * (pictureWidth - width + 1)),
                (int) (down * (pictureHeight - height + 1)),
                width,
                height);
    }

    /** Returns the column after the last. */
    int right() {
        return left + width;
    }

    /** Returns the row after the last. */
    int bottom() {
        return top + height;
    }
}
