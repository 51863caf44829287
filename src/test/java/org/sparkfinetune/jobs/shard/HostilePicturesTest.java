package org.sparkfinetune.jobs.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.testing.HostilePictures;
import org.sparkfinetune.testing.LocalSpark;

/** Every picture of the table in docs/pictures.md, in one collection. */
@Tag("spark")
class HostilePicturesTest extends ShardFixture {
    private static final String SETTINGS =
            "maxRejectedFraction: 1\nsplits: {train: 1, validation: 0, test: 0}\nlimits: {maxPictureBytes: 2000000}\n";

    @Test
    void eachIsKeptOrRejectedAsTheTableSays() throws Exception {
        for (HostilePictures.Case odd : HostilePictures.all()) {
            put("odd/" + odd.name(), odd.bytes());
        }
        HostilePictures.makeSpecialFiles(input.resolve("odd"));
        run(SETTINGS);

        Map<String, String> became = new TreeMap<>();
        LocalSpark.session()
                .read()
                .parquet(output + "/split=train")
                .filter("labelName = 'odd'")
                .collectAsList()
                .forEach(row -> became.put(name(row.getString(0)), "kept, " + row.getInt(2) + " x " + row.getInt(3)));
        LocalSpark.session()
                .read()
                .parquet(output + "/rejected")
                .collectAsList()
                .forEach(row -> became.put(name(row.getString(0)), row.getString(2)));
        Map<String, String> wanted = new TreeMap<>(HostilePictures.SPECIAL_FILES);
        HostilePictures.all().forEach(odd -> wanted.put(odd.name(), odd.outcome()));
        assertThat(became).isEqualTo(wanted);
    }

    @Test
    void theTableIsWhatIsTested() throws IOException {
        String table = Files.readString(Path.of("docs/pictures.md"), StandardCharsets.UTF_8);
        assertThat(HostilePictures.all())
                .isNotEmpty()
                .allSatisfy(odd -> assertThat(table).contains("| " + odd.what() + " | " + odd.outcome() + " |"));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
