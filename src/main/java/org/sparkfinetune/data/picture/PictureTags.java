package org.sparkfinetune.data.picture;

import java.io.Serializable;
import org.sparkfinetune.data.dataset.DatasetSchema;

/**
 * What a collection says about a picture, beside its pixels.
 *
 * @param labelName null when unknown
 * @param split one of {@link DatasetSchema#SPLITS} when the collection is split already, else null
 * @param group pictures of one group stay on one side of a split; null when there are no groups
 */
public record PictureTags(String labelName, String split, String group) implements Serializable {
    /** Nothing is known. */
    public static final PictureTags NONE = new PictureTags(null, null, null);

    /** Of a picture in the folder of a class. */
    public static PictureTags labelled(String labelName) {
        return new PictureTags(labelName, null, null);
    }
}
