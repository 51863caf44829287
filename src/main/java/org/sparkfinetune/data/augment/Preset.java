package org.sparkfinetune.data.augment;

/**
 * Sets of augmentations that go well together. Each value can be replaced.
 *
 * <table>
 * <caption>Values; brightness, contrast and saturation are "colour"; vertical flips are always off</caption>
 * <tr><th></th><th>least crop</th><th>flip</th><th>rotation</th><th>colour</th>
 * <th>hue</th><th>erasing</th><th>mixup</th><th>cutmix</th></tr>
 * <tr><td>none</td><td>1</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td></tr>
 * <tr><td>light</td><td>0.6</td><td>0.5</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td></tr>
 * <tr><td>standard</td><td>0.35</td><td>0.5</td><td>0</td><td>0.2</td><td>0.02</td><td>0</td><td>0</td><td>0</td></tr>
 * <tr><td>strong</td><td>0.2</td><td>0.5</td><td>10</td><td>0.4</td>
 * <td>0.05</td><td>0.25</td><td>0.2</td><td>1</td></tr>
 * </table>
 */
public enum Preset {
    /** Pictures stay as they are. */
    NONE(1, 0, 0, 0, 0, 0, 0, 0),
    /** For few epochs, or when little is trained. */
    LIGHT(0.6, 0.5, 0, 0, 0, 0, 0, 0),
    /** For photos. */
    STANDARD(0.35, 0.5, 0, 0.2, 0.02, 0, 0, 0),
    /** For many epochs, or when most of a network is trained. */
    STRONG(0.2, 0.5, 10, 0.4, 0.05, 0.25, 0.2, 1);

    final double minCropArea;
    final double horizontalFlip;
    final double verticalFlip = 0;
    final double rotation;
    final double colour;
    final double hue;
    final double erasing;
    final double mixup;
    final double cutmix;

    Preset(
            double minCropArea,
            double horizontalFlip,
            double rotation,
            double colour,
            double hue,
            double erasing,
            double mixup,
            double cutmix) {
        this.minCropArea = minCropArea;
        this.horizontalFlip = horizontalFlip;
        this.rotation = rotation;
        this.colour = colour;
        this.hue = hue;
        this.erasing = erasing;
        this.mixup = mixup;
        this.cutmix = cutmix;
    }
}
