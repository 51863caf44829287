package org.sparkfinetune.jobs.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.check.BadDataException;
import org.sparkfinetune.check.Sha256;

class PictureNumbersTest {
    @Test
    void numbersFollowTheOrderOfTheHashesHoweverTheyComeInPieces() {
        List<String> hashes = new ArrayList<>(IntStream.range(0, 500)
                .mapToObj(i -> Sha256.of("picture " + i))
                .sorted()
                .toList());
        List<String> shuffled = new ArrayList<>(hashes);
        Collections.shuffle(shuffled, new Random(1));
        PictureNumbers numbers = PictureNumbers.of(
                "d", List.of(identities(shuffled.subList(0, 123)), identities(shuffled.subList(123, 500))));
        assertThat(numbers.count()).isEqualTo(500);
        for (int i = 0; i < hashes.size(); i++) {
            assertThat(numbers.of(PictureNumbers.identity(hashes.get(i)))).isEqualTo(i);
        }
    }

    @Test
    void theSamePictureTwiceIsADamagedDataset() {
        long[] twice = identities(List.of(Sha256.of("a"), Sha256.of("b"), Sha256.of("a")));
        assertThatThrownBy(() -> PictureNumbers.of("file:/d/split=train", List.of(twice)))
                .isInstanceOf(BadDataException.class)
                .hasMessage("file:/d/split=train: holds the picture with the sha256 ca978112ca1bbdca… twice; make the"
                        + " dataset again with overwrite: true");
    }

    @Test
    void anUnknownPictureHasNoNumber() {
        PictureNumbers numbers = PictureNumbers.of("d", List.of(identities(List.of(Sha256.of("a")))));
        assertThatThrownBy(() -> numbers.of(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no picture has a sha256 that begins with 0000000000000001");
    }

    private static long[] identities(List<String> hashes) {
        return hashes.stream().mapToLong(PictureNumbers::identity).toArray();
    }
}
