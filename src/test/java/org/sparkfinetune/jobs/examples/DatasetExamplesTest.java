package org.sparkfinetune.jobs.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sparkfinetune.data.dataset.Split;
import org.sparkfinetune.jobs.run.JobContext;
import org.sparkfinetune.report.Progress;
import org.sparkfinetune.testing.LocalSpark;
import org.sparkfinetune.testing.SmallRun;

@Tag("spark")
class DatasetExamplesTest {
    private static final JobContext CONTEXT = new JobContext(LocalSpark.session(), Progress.silent());
    private static final String SPLIT_SIZE = "spark.sql.files.maxPartitionBytes";

    @Test
    void everyPictureOfTheSplitHasItsNumberHoweverTheFilesAreRead() {
        Map<Long, LabelledPicture> whole = pictures(3);
        assertThat(whole.keySet())
                .containsExactlyElementsOf(LongStream.range(0, 12).boxed().toList());
        LocalSpark.session().conf().set(SPLIT_SIZE, "1000b");
        try {
            Map<Long, LabelledPicture> pieces = pictures(3);
            assertThat(pieces.keySet()).isEqualTo(whole.keySet());
            pieces.forEach((number, picture) ->
                    assertThat(picture.path()).isEqualTo(whole.get(number).path()));
        } finally {
            LocalSpark.session().conf().unset(SPLIT_SIZE);
        }
    }

    @Test
    void aPictureTravelsAsItIsStored() {
        List<Long> identities = new ArrayList<>();
        pictures(3).values().forEach(picture -> {
            identities.add(picture.identity());
            assertThat(picture.epoch()).isEqualTo(3);
            assertThat(picture.trained()).isTrue();
            assertThat(picture.label()).isEqualTo(picture.path().contains("/red/") ? 1 : 0);
            assertThat(picture.encoded()).startsWith(0x89, 'P', 'N', 'G');
        });
        assertThat(identities).isSortedAccordingTo(Long::compareUnsigned).doesNotHaveDuplicates();
        assertThat(pictures(LabelledPicture.HELD_OUT).get(0L).trained()).isFalse();
    }

    private static Map<Long, LabelledPicture> pictures(int epoch) {
        Path dataset = new Path(SmallRun.shared().dataset().toUri());
        try (DatasetExamples examples = new DatasetExamples(CONTEXT, dataset, Split.TRAIN)) {
            assertThat(examples.count()).isEqualTo(12);
            return new TreeMap<>(examples.pictures(epoch).collectAsMap());
        }
    }
}
