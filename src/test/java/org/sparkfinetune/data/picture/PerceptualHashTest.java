package org.sparkfinetune.data.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.dataset.DatasetSchema;
import org.sparkfinetune.data.dataset.NearDuplicates;
import org.sparkfinetune.data.format.RejectedPictureException;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.TestPictures;

class PerceptualHashTest {
    private final PictureDecoder decoder = new PictureDecoder(PictureLimits.DEFAULT);

    @Test
    void aPictureThatIsSavedAgainIsNearAndAnotherIsNot() throws Exception {
        byte[] picture = TestPictures.noise("png", 8, 8, 1);
        PerceptualHash original = hash(picture);
        assertThat(original.isNear(hash(TestPictures.convertedByOpenCv(picture, ".webp"))))
                .isTrue();
        assertThat(original.isNear(hash(TestPictures.noise("png", 8, 8, 2)))).isFalse();
    }

    @Test
    void colourTellsPicturesWithoutStructureApart() throws Exception {
        PerceptualHash red = hash(TestPictures.plain("png", 20, 20, Color.RED));
        assertThat(red).isEqualTo(new PerceptualHash(0, 0xFF0000));
        assertThat(red.isNear(hash(TestPictures.plain("png", 20, 20, Color.BLUE))))
                .isFalse();
        assertThat(red.isNear(hash(TestPictures.plain("jpg", 64, 48, new Color(250, 3, 3)))))
                .isTrue();
    }

    @Test
    void nearMeansThreeBitsAndEightLevels() {
        PerceptualHash hash = new PerceptualHash(0b111, 0x808080);
        assertThat(hash.isNear(new PerceptualHash(0, 0x888078))).isTrue();
        assertThat(hash.isNear(new PerceptualHash(1L << 63, 0x808080))).isFalse();
        assertThat(hash.isNear(new PerceptualHash(0b111, 0x898080))).isFalse();
    }

    @Test
    @Tag("spark")
    void pairsAcrossSplitsAreFoundInWhateverBitsTheyDiffer() {
        long hash = 0x0123456789ABCDEFL;
        List<Row> kept = List.of(
                kept("a", "train", hash),
                kept("b", "test", hash ^ (1L << 63 | 1L << 40 | 1)),
                kept("b2", "test", hash ^ (1L << 63 | 1L << 40 | 1)),
                kept("c", "validation", hash ^ 1L << 20),
                kept("d", "train", hash),
                kept("e", "test", ~hash));
        NearDuplicates found = NearDuplicates.among(
                LocalSpark.session().createDataFrame(LocalSpark.context().parallelize(kept, 2), DatasetSchema.LEDGER));
        assertThat(found.pictures()).isEqualTo(Map.of("test like train", 2L, "validation like train", 1L));
        assertThat(found.examples()).containsExactly("b like a", "c like a");
        assertThat(found.complete()).isTrue();
    }

    private static Row kept(String path, String split, long hash) {
        return RowFactory.create(path, 1L, 0L, 0, "x", null, null, path, hash, 0, "KEPT", split);
    }

    private PerceptualHash hash(byte[] encoded) throws RejectedPictureException {
        try (Picture picture = decoder.decode(encoded)) {
            return PerceptualHash.of(picture.pixels());
        }
    }
}
