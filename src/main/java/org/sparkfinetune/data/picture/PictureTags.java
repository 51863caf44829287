package org.sparkfinetune.data.picture;

import java.io.Serializable;
import org.sparkfinetune.data.dataset.DatasetSchema;

/**
 * The facts that a collection gives about a picture.
 *
 * @param labelName name of its class; null when unknown
 * @param split one of {@link DatasetSchema#SPLITS} when the collection is split already, else null
 * @param group name of its group, whose pictures stay in one split; null when there are no groups
 */
public record PictureTags(String labelName, String split, String group) implements Serializable {
    /** No facts. */
    public static final PictureTags NONE = new PictureTags(null, null, null);

    /** Returns the tags of a picture in the folder of a class. */
    public static PictureTags labelled(String labelName) {
        return new PictureTags(labelName, null, null);
    }
}
