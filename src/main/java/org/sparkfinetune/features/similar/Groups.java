package org.sparkfinetune.features.similar;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkfinetune.data.dataset.DatasetSchema;

/**
 * Groups of pictures connected by pairs of near duplicates. Groups are numbered from 0 in the order of their first
 * pictures.
 */
public final class Groups implements Serializable {
    public static final String GROUP = "group";
    public static final String SIZE = "size";

    /** A picture in a group of at least two. */
    public static final StructType MEMBERS = new StructType()
            .add(GROUP, DataTypes.IntegerType)
            .add(DatasetSchema.PATH, DataTypes.StringType)
            .add(DatasetSchema.SHA256, DataTypes.StringType)
            .add(SIZE, DataTypes.IntegerType);

    private static final long serialVersionUID = 1L;
    private static final int ALONE = -1;

    private final long pairs;
    /** Group of each picture. */
    private final int[] groups;
    /** Number of pictures in each group. */
    private final int[] sizes;

    private Groups(long pairs, int[] groups, int[] sizes) {
        this.pairs = pairs;
        this.groups = groups;
        this.sizes = sizes;
    }

    static Groups of(int pictures, int[] links, long pairs) {
        Components components = new Components(pictures);
        components.joinAll(links);
        int[] groups = new int[pictures];
        Arrays.fill(groups, ALONE);
        int[] connected = links.clone();
        Arrays.sort(connected);
        int[] sizes = new int[pictures];
        int count = 0;
        int before = ALONE;
        for (int picture : connected) {
            if (picture != before) {
                int lowest = components.lowest(picture);
                groups[picture] = lowest == picture ? count++ : groups[lowest];
                sizes[groups[picture]]++;
            }
            before = picture;
        }
        return new Groups(pairs, groups, Arrays.copyOf(sizes, count));
    }

    /** Number of pairs of near duplicates. */
    public long pairs() {
        return pairs;
    }

    /** Number of groups. */
    public int count() {
        return sizes.length;
    }

    /** Number of pictures in all groups. */
    public long pictures() {
        return Arrays.stream(sizes).asLongStream().sum();
    }

    /** Number of pictures in the largest group, 0 without groups. */
    public int largest() {
        return Arrays.stream(sizes).max().orElse(0);
    }

    /**
     * Returns the row of {@link #MEMBERS} for a picture; empty when it is in no group.
     *
     * @param picture row of {@link VectorTable#PICTURES}
     */
    public List<Row> member(Row picture) {
        int group = groups[picture.getInt(0)];
        return group == ALONE
                ? List.of()
                : List.of(RowFactory.create(group, picture.getString(1), picture.getString(2), sizes[group]));
    }
}
